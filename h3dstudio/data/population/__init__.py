"""Populations of heads that a prior is learnt from. `open_population(path)` tells which kind it is:

- a packed statistical model (`ict_heads.npz`), which is drawn from without end,
- an ICT FaceKit checkout (its FaceXModel folder), the same model in its own files,
- an H3DS dataset, whose ground truths are taken,
- a folder of head meshes.

Each gives heads in the canonical frame: mm, y up, face towards +z, +x the subject's left, where the mean
head of the ICT model stands. May import geometry, errors and the rest of data; never torch.
"""
