"""The auto-decoder family (DeepSDF, IGR): a small network with a code per head; field, training and file."""
