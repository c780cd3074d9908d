"""Learning a head prior, and looking into one."""
