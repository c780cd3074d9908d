"""One folder for each thing the window does: its panel, its controller, its models."""
