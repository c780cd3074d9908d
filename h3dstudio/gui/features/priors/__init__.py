"""Head priors: in use, looked at, trained."""
