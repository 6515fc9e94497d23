"""Batches on other machines, and in other places than a folder."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from made_notebooks import STATE, job, notebook
from parstats import errors, storage
from parstats.reports import Job, render, verify
from parstats.reports.batch import versions
from parstats.reports.batch.outputs import output_path

distributed = pytest.importorskip("distributed", reason="Dask is not installed")
pytest.importorskip("upath", reason="universal_pathlib is not installed")


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process of its own, as on two machines."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, protocol="tcp://"
    ) as local:
        yield local


@pytest.mark.slow
def test_a_worker_is_killed_on_the_way_and_every_report_is_there_once(cluster, tmp_path):
    path = notebook(tmp_path, "import time; time.sleep(0.3)\nprint('value is', value)")
    path = path.rename(tmp_path / "sent along.ipynb")
    jobs = [job(path, value) for value in range(1, 9)]
    seen = []

    def kill_worker(result):
        seen.append(result.job.stem)
        if len(seen) == 1:
            os.kill(cluster.workers[0].pid, signal.SIGKILL)

    out = tmp_path / "out"
    results = render(
        jobs, out, state=STATE, scheduler=cluster.scheduler_address, progress=kill_worker
    )
    assert [result.status for result in results] == ["done"] * 8
    assert sorted(seen) == sorted(report.stem for report in jobs)
    for value in range(1, 9):
        assert f"value is {value}" in (out / f"made/{value}.html").read_text(encoding="utf-8")
    assert verify(out) == []
    again = render(jobs, out, state=STATE, resume=True)
    assert {result.status for result in again} == {"current"}


def test_a_report_that_raises_or_dies_fails_alone(cluster, tmp_path):
    path = notebook(
        tmp_path, "import os\nassert value != 1, 'one is not wanted'\nif value == 2: os._exit(3)"
    )
    jobs = [job(path, value) for value in (1, 2, 3)]
    results = render(jobs, tmp_path / "out", state=STATE, scheduler=cluster.scheduler_address)
    assert [result.status for result in results] == ["failed", "failed", "done"]
    assert "one is not wanted" in results[0].message
    assert results[1].message


def test_a_worker_with_other_data_makes_no_page(cluster, tmp_path):
    path = notebook(tmp_path, "print(value)")
    other = {**versions.current(), "package": "another version"}
    (result,) = render(
        [job(path, 1)], tmp_path / "out", state=other, scheduler=cluster.scheduler_address
    )
    assert result.status == "failed"
    assert "differs in package" in result.message
    assert not (tmp_path / "out/made/1.html").exists()


def test_a_scheduler_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("parstats.reports.batch.cluster._PATIENCE", "1s")
    path = notebook(tmp_path, "1")
    with pytest.raises(errors.InvalidRequest, match=r"tcp://127\.0\.0\.1:9: cannot be reached"):
        render([job(path, 1)], tmp_path / "out", state=STATE, scheduler="tcp://127.0.0.1:9")


def test_reports_are_written_to_an_address_as_to_a_folder(tmp_path):
    path = notebook(tmp_path, "assert value != 2\nprint('value is', value)")
    there = output_path("memory://batch/reports")
    jobs = [job(path, value) for value in (1, 2)]
    results = render(jobs, there, state=STATE)
    assert [result.status for result in results] == ["done", "failed"]
    assert "value is 1" in (there / "made/1.html").read_text(encoding="utf-8")
    assert not (there / "made/2.html").exists()
    manifest = json.loads((there / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["reports"]["made/1"]["outputs"]["made/1.html"] == storage.sha256(
        there / "made/1.html"
    )
    assert render(jobs[:1], there, state=STATE, resume=True)[0].status == "current"
    assert verify(there) == [f"made/2: failed when it was rendered ({results[1].message})"]
    (there / "made/1.html").write_text("other", encoding="utf-8")
    assert render(jobs[:1], there, state=STATE, resume=True)[0].status == "done"


def test_an_address_that_cannot_be_written_to_is_refused():
    with pytest.raises(errors.OutputRefused, match="nope://x cannot be written to"):
        output_path("nope://x")
    assert output_path("file:///tmp/x") == Path("/tmp/x")


def test_an_address_with_files_of_others_is_refused(tmp_path):
    there = output_path("memory://others")
    there.mkdir(parents=True, exist_ok=True)
    (there / "diary.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(errors.OutputRefused, match="holds files that parstats did not make"):
        render([Job(notebook(tmp_path, "1"), {}, "made/1", "One", "en")], there, state=STATE)


def test_workers_with_another_version_are_named_before_anything_is_sent(
    cluster, tmp_path, monkeypatch
):
    monkeypatch.setattr("parstats.storage.version", lambda: "9.9")
    jobs = [job(notebook(tmp_path, "1"), 1)]
    with pytest.raises(
        errors.InvalidRequest, match=r"workers have parstats .*, this machine has 9\.9"
    ):
        render(jobs, tmp_path / "out", state=STATE, scheduler=cluster.scheduler_address)
