"""Where torch starts: signed-distance fields, priors, surface finders, renderers.

May import `geometry` and `errors`; not `data` or `jobs` (its neighbours), and no Qt.
"""
