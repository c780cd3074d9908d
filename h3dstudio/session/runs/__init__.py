"""Reconstructions as the user starts them: a scan in, a run folder out, and what that tells later."""
