from __future__ import annotations

from pathlib import Path

import pytest

from h3dstudio.cli import main
from h3dstudio.evaluation.report import gallery
from tests.unit.data.tiny_scan import make_tiny_scan
from tests.unit.evaluation.report.tiny_run import write_run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(gallery, "SIZE", (30, 36))
    monkeypatch.setattr(gallery, "PHOTO", 30)
    return write_run(tmp_path / "run", make_tiny_scan(tmp_path / "ball"))


def test_a_report_goes_beside_its_run(run: Path, capsys) -> None:
    assert main(["report", str(run)]) == 0
    printed = capsys.readouterr().out
    for name in ("report.html", "report.pdf", "report.csv"):
        assert str(run / "report" / name) in printed
        assert (run / "report" / name).stat().st_size > 1000
    assert main(["report", str(run)]) == 1
    assert "--force" in capsys.readouterr().err
    assert main(["report", str(run), "--force"]) == 0


def test_what_a_user_can_get_wrong_is_one_clear_line(run: Path, tmp_path: Path, capsys) -> None:
    def refused(*words: str) -> str:
        code = main(["report", *words])
        out, err = capsys.readouterr()
        assert out == ""
        assert "Traceback" not in err
        line = err.strip().splitlines()[-1]
        assert line.startswith("h3dstudio")
        return f"{code} {line}"

    assert "--out" in refused(str(run), str(run))
    assert refused(str(run), str(run)).startswith("2")
    assert refused().startswith("2")
    assert refused(str(tmp_path / "gone")).startswith("1")
    assert "gone" in refused(str(tmp_path / "gone"))
    (run / "evaluation.json").write_text('{"format": 1')
    assert "evaluation.json" in refused(str(run))
    assert "cameras" in refused(str(run), "--cameras", str(tmp_path / "no.npz"), "--out", str(tmp_path / "o"))
