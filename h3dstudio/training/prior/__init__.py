"""Learning a head prior from a population of heads. Generators of events, as all of `training`; one module
per family, and what they share: settings, the plan of which head is for what, the held-out evaluation."""
