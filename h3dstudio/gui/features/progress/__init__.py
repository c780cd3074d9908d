"""Progress and plots of a run."""
