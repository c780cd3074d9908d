"""`h3dstudio <command>`: one module per command, on the same core as the window.

A command module offers NAME, HELP, `add_arguments(parser)` and `run(arguments) -> exit code`, and imports
nothing heavy at module level: `h3dstudio --help` must come up in well under a second.
"""
