"""The section plane and the ruler."""
