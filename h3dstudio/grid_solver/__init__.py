"""Gauss-Newton on residual grids, as the grid methods share it: schedule, state, steps, confidence.

May import `priors`, `photometry`, `surface` and what lies below them.
"""
