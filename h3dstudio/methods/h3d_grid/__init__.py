"""H3D-Net's structure on grids: the prior's head that the photos show, then its field refined on them."""
