from __future__ import annotations

import json
from pathlib import Path

from h3dstudio.data.run_folder import EVALUATED, RUN_FILES, SUGGESTIONS, RunFolder


def test_every_file_of_a_run_has_its_path() -> None:
    run = RunFolder(Path("out"))
    paths = {run.mesh, run.preview, run.run_json, run.metrics, run.events, run.events_of_old, run.checkpoint}
    assert {path.name for path in paths} | set(SUGGESTIONS) | set(EVALUATED) == set(RUN_FILES)


def test_metrics_are_lines_and_a_killed_run_is_trimmed(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.trim_metrics(5)
    for step in range(4):
        run.append_metrics({"step": step, "loss": float("nan") if step == 1 else 0.5})
    with open(run.metrics, "ab") as file:
        file.write(b'{"step": 4, "lo')
    run.trim_metrics(2)
    rows = [json.loads(line) for line in run.metrics.read_text().splitlines()]
    assert rows == [{"step": 0, "loss": 0.5}, {"step": 1, "loss": None}, {"step": 2, "loss": 0.5}]
