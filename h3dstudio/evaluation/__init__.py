"""How good a mesh is: the published H3DS protocol, the strict one, image metrics.

May import `data`, `geometry` and `errors`; not `training` (its neighbour); needs neither torch nor Qt.
"""
