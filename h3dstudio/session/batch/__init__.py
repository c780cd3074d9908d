"""A whole table of reconstructions as one job that can be killed at any moment and goes on where it was.

    RESULTS/batch.json          what is to be done: dataset, settings, cells (see `manifest`)
    RESULTS/batch.lock          held by the batch that works here (see `data.file_lock`)
    RESULTS/cells/<cell>.json   how far a cell came: state, attempts, reduced settings (see `record`)
    RESULTS/<cell>/             a cell's run folder: one scan, one number of views, one method

A cell's name ends with a digest of everything that makes its result: two cells never share a folder.
"""
