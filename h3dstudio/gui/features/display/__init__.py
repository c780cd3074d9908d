"""What the viewport shows of the open scan."""
