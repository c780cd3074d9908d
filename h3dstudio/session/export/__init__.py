"""What leaves the program: meshes, aligned or not, and films."""
