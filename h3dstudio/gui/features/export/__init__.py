"""What leaves the window as a file: meshes and pictures."""
