"""One room for each way to get a head, their registry, and the one loop that runs them.

Importing this package brings no torch: what a method is called and offers is known at once, its solver is
loaded when it starts.
"""
