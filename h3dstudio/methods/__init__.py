"""One folder for each way to get a head, their registry, and the one loop that runs them.

    method.py     what a method is: `Method`, `Capture` (what it is given), `Session` (it at work), `Findings`
    settings.py   its settings, from which command line, panel, batch, project and `run.json` are made
    registry.py   which methods there are: `BUILT_IN`, and those of other packages (group `h3dstudio.methods`)
    run.py        the loop: meshes, previews, checkpoints, times, scores
    grid_*.py     what the two grid methods share above `grid_solver`

A new method is one folder with a `METHOD`; `tests/toy_method` is a whole one, and no method imports another.
Importing this package brings no torch: what a method is called and offers is known at once, its solver is
loaded when it starts.
"""
