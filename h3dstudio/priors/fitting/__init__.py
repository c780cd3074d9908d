"""Where a prior's head lies in photos, and which head it is: pose, latent and cameras by Gauss-Newton."""
