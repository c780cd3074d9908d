"""The signed-distance field on grids: grids, residual pyramids, Gauss-Newton on them, meshing, redistancing.

May import `geometry`; knows no photo, no prior and no method.
"""
