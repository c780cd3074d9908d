"""The linear family: principal components of signed distances on a grid; field, training and file."""
