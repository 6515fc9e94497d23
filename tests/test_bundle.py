"""The bundle of a run: what it holds, that it can be checked, and that it makes the same again."""

from __future__ import annotations

import hashlib
import io
import json
import shlex
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, writes

import parstats as ps
from parstats import storage
from parstats.cli import report
from parstats.reports.batch.jobs import Job, Result
from parstats.reports.batch.manifest import Manifest, verify
from parstats.reports.catalogue.bundle import NAME, SUMS, remove_bundle, write_bundle

STEM = "papi/2024/vi/20-lang-son"
COMMAND = ["parstats", "report", "Lạng Sơn", "-o", "again"]


def executed(second: int) -> str:
    """A notebook that ran at some second."""
    times = {"start_time": f"10:00:{second:02}", "duration": second / 100, "exception": False}
    cell = new_code_cell(
        "1", id="a", metadata={"papermill": times, "execution": {"a": f"{second}"}}
    )
    return writes(new_notebook(cells=[cell], metadata={"papermill": times | {"parameters": {}}}))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    notebook = tmp_path / "04_province_report.ipynb"
    notebook.write_text(writes(new_notebook()), encoding="utf-8")
    parameters = {"province": "20", "index": "PAPI", "year": 2024, "lang": "vi"}
    return Job(notebook, parameters, STEM, "Lạng Sơn", "vi", ("html", "ipynb"))


def rendered(folder: Path, job: Job, second: int = 1) -> Path:
    """An output folder as a run leaves it."""
    contents = {"html": "<p>Lạng Sơn</p>", "ipynb": executed(second)}
    hashes = {}
    for form, name in job.outputs().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contents[form], encoding="utf-8")
        hashes[name] = storage.sha256(path)
    about = {"status": "done", "message": "", "key": "", "state": "s", "notebook": "", "title": ""}
    report = {**about, "parameters": dict(job.parameters), "outputs": hashes}
    Manifest(folder, {job.stem: report}, {"s": {}}).write()
    return folder


def bundle(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / NAME) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def written(tmp_path: Path, job: Job, cut_copy: Path) -> dict[str, bytes]:
    folder = rendered(tmp_path / "reports", job)
    write_bundle(folder, [job], COMMAND)
    assert verify(folder) == []
    return bundle(folder)


def test_every_file_is_in_the_sums(written):
    lines = written[SUMS].decode().splitlines()
    sums = dict(reversed(line.split("  ", 1)) for line in lines)
    assert set(sums) == set(written) - {SUMS}
    assert all(hashlib.sha256(written[name]).hexdigest() == sums[name] for name in sums)


def test_it_holds_pages_tables_figures_and_what_they_were_made_with(written, cut_copy):
    assert written[f"reports/{STEM}.html"].decode() == "<p>Lạng Sơn</p>"
    scores = pd.read_csv(io.BytesIO(written["tables/scores.csv"]), dtype={"province": str})
    assert len(scores) == len(ps.load_scores("PAPI"))
    assert set(pd.read_csv(io.BytesIO(written["tables/series.csv"]))["index"]) == {"PAPI"}
    raw = {name for name in written if name.startswith("data/")}
    assert raw == {f"data/raw/{name}" for name in storage.raw_hashes(cut_copy / "raw")}
    versions = json.loads(written["versions.json"])
    assert versions["data_versions"] == {"PAPI": storage.data_version("papi")}
    assert f"pandas=={pd.__version__}" in written["constraints.txt"].decode().splitlines()
    assert b"parstats" not in written["constraints.txt"]
    assert written["CITATION.txt"].decode().strip() == ps.cite("PAPI", 2024, lang="vi")
    assert written["citation.bib"].decode().startswith("@misc{papi-2024,")
    parameters = json.loads(written["parameters.json"])
    assert parameters["reports"][STEM]["parameters"]["province"] == "20"
    assert f"PARSTATS_DATA=data {shlex.join(COMMAND)}" in written["README.txt"].decode()


def test_the_same_run_gives_the_same_bytes_whenever_it_was(tmp_path, job, cut_copy):
    for second in (1, 2):
        write_bundle(rendered(tmp_path / str(second), job, second), [job], COMMAND)
    first, other = (tmp_path / str(second) / NAME for second in (1, 2))
    assert first.read_bytes() == other.read_bytes()
    notebook = json.loads(bundle(tmp_path / "1")[f"reports/{STEM}.ipynb"])
    assert notebook["cells"][0]["metadata"] == {"papermill": {"exception": False}}


def test_figures_of_the_indices_set_beside_are_in(tmp_path, job, small_data):
    row = "year,province,series,score\n2024,20,{series},1\n"
    small_data.put("papi_2024.csv", row.format(series="papi.transparency.poverty_lists"))
    small_data.put("sipas.csv", row.format(series="sipas"), folder="sipas", producer="Bộ Nội vụ")
    ps.build()
    write_bundle(rendered(tmp_path / "reports", job), [job], COMMAND)
    names = bundle(tmp_path / "reports")
    assert "data/raw/papi/papi_2024.csv" in names
    assert "data/raw/sipas/sipas.csv" in names
    assert b"SIPAS" in names["tables/scores.csv"]
    assert "SIPAS" in names["CITATION.txt"].decode()


def test_a_bundle_that_cannot_be_written_leaves_the_earlier_one(tmp_path, job, cut_copy):
    folder = rendered(tmp_path / "reports", job)
    write_bundle(folder, [job], COMMAND)
    before = (folder / NAME).read_bytes()
    (folder / f"{STEM}.html").unlink()
    with pytest.raises(FileNotFoundError):
        write_bundle(folder, [job], COMMAND)
    assert (folder / NAME).read_bytes() == before
    assert not list(folder.glob(".part-*"))
    remove_bundle(folder)
    assert not (folder / NAME).exists()
    assert NAME not in Manifest.open(folder).site


@pytest.mark.notebook
@pytest.mark.process
class TestCommand:
    def test_what_is_in_a_bundle_makes_the_same_pages_again(
        self, run, cut_copy, tmp_path, monkeypatch
    ):
        out, unpacked = tmp_path / "reports", tmp_path / "unpacked"
        status, _, err = run("report", "Lạng Sơn", "--bundle", "-o", str(out))
        assert status == 0, err
        with zipfile.ZipFile(out / NAME) as archive:
            archive.extractall(unpacked)
        command = json.loads((unpacked / "parameters.json").read_text("utf-8"))["command"]
        monkeypatch.chdir(unpacked)
        monkeypatch.setenv("PARSTATS_DATA", "data")
        status, _, err = run(*command[1:])
        assert status == 0, err
        page = f"{STEM}.html"
        assert (unpacked / "again" / page).read_bytes() == (out / page).read_bytes()
        assert (unpacked / "reports" / page).read_bytes() == (out / page).read_bytes()
        assert run("verify", str(out))[0] == 0

    def test_after_a_failure_there_is_no_bundle(self, run, cut_copy, tmp_path, monkeypatch):
        out = tmp_path / "reports"
        assert run("report", "20", "--bundle", "-o", str(out))[0] == 0
        assert (out / NAME).exists()
        failed = Result(Job(Path("a.ipynb"), {}, "a", "A", "vi"), "failed", message="no")
        monkeypatch.setattr(report, "_render", lambda *args, **options: [failed])
        status, _, err = run("report", "20", "--bundle", "-o", str(out))
        assert status == 1
        assert "no bundle.zip: 1 of 1 reports are not done" in err
        assert not (out / NAME).exists()
