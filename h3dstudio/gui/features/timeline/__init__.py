"""The meshes of a run over time, and films of them."""
