"""The head prior: signed-distance fields of heads over a latent code, and the families that provide one."""
