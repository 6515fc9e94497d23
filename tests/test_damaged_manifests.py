"""Output folders that somebody else made or that were damaged: nothing outside them is touched."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from made_notebooks import STATE, job, notebook
from parstats import errors, storage
from parstats.cli import app
from parstats.reports import render, verify
from parstats.reports.batch import outputs
from parstats.reports.batch.manifest import Manifest

MANIFEST = "manifest.json"
DAMAGED = "logs/manifest-damaged.json"


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A notebook, and a folder with two pages of it."""
    folder = tmp_path_factory.mktemp("batch")
    path = notebook(folder, "print(value)")
    render([job(path, 1), job(path, 2)], folder / "out", state=STATE)
    return path, folder / "out"


@pytest.fixture
def out(batch: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the folder, beside a file of somebody."""
    (tmp_path / "thesis.docx").write_bytes(b"five years of work")
    return Path(shutil.copytree(batch[1], tmp_path / "out"))


def changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    change(content)
    (folder / MANIFEST).write_text(json.dumps(content), encoding="utf-8")


def names_it(name: str) -> Callable[[dict[str, Any]], object]:
    def change(content: dict[str, Any]) -> None:
        content["reports"]["made/1"]["key"] = "0"
        content["reports"]["made/1"]["outputs"][name] = "0"

    return change


@pytest.mark.parametrize("kind", ["over ..", "absolute", "over a link", "a link", "front page"])
def test_a_file_outside_that_a_manifest_names_is_neither_deleted_nor_read(
    batch: tuple[Path, Path], out: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = {"absolute": str(out.parent / "thesis.docx"), "over a link": "away/thesis.docx"}.get(
        kind, "thesis.docx" if kind == "a link" else "../thesis.docx"
    )
    if kind == "over a link":
        (out / "away").symlink_to(out.parent)
    if kind == "a link":
        (out / "thesis.docx").symlink_to(out.parent / "thesis.docx")
    if kind == "front page":
        changed(out, lambda content: content["site"].update({name: "0"}))
    else:
        changed(out, names_it(name))
    read = []
    monkeypatch.setattr(storage, "sha256", read.append)
    jobs = [job(batch[0], 1)]
    for call in (
        lambda: render(jobs, out, state=STATE),
        lambda: render(jobs, out, state=STATE, resume=True),
        lambda: verify(out),
    ):
        with pytest.raises(errors.OutputRefused, match=r"thesis\.docx' is no file inside"):
            call()
    assert (out.parent / "thesis.docx").read_bytes() == b"five years of work"
    assert read == []


@pytest.mark.parametrize("command", [["report", "Lạng Sơn", "-o"], ["verify"]])
def test_the_commands_refuse_such_a_folder_in_one_line(out: Path, command: list[str]) -> None:
    changed(out, names_it("../thesis.docx"))
    result = CliRunner().invoke(app, [*command, str(out)])
    assert isinstance(result.exception, errors.OutputRefused)
    assert "\n" not in str(result.exception)


def test_pages_are_not_written_through_a_link(batch: tuple[Path, Path], out: Path) -> None:
    elsewhere = out.parent / "elsewhere"
    elsewhere.mkdir()
    (out / "made").rename(out.parent / "made")
    (out / "made").symlink_to(elsewhere)
    (out / MANIFEST).write_text(
        json.dumps({"made_by": "parstats report", "states": {}, "site": {}, "reports": {}})
    )
    with pytest.raises(errors.OutputRefused, match=r"made/1\.html' is no file inside"):
        render([job(batch[0], 1)], out, state=STATE)
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_is_a_link_itself_is_used(batch: tuple[Path, Path], out: Path) -> None:
    link = out.parent / "link"
    link.symlink_to(out)
    assert verify(link) == []
    assert render([job(batch[0], 1)], link, state=STATE, resume=True)[0].status == "current"


@given(st.lists(st.sampled_from(["..", ".", "a", "made", "/", "", "\0", "x" * 300, "đ"])))
def test_a_name_is_inside_only_if_its_normal_form_is(parts: list[str]) -> None:
    name, folder = "/".join(parts), Path("/nowhere/out")
    try:
        path = outputs.inside(folder, name)
    except errors.OutputRefused:
        return
    assert os.path.normpath(path).startswith("/nowhere/out/")


DAMAGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "reports is a list": lambda content: content.update(reports=[]),
    "no states": lambda content: content.pop("states"),
    "a site that is text": lambda content: content.update(site="index.html"),
    "a report that is text": lambda content: content["reports"].update({"made/1": "done"}),
    "a report without key": lambda content: content["reports"]["made/1"].pop("key"),
    "a report without outputs": lambda content: content["reports"]["made/1"].pop("outputs"),
    "outputs in a list": lambda content: content["reports"]["made/1"].update(outputs=["x"]),
    "a hash that is a number": lambda content: content["reports"]["made/1"]["outputs"].update(x=1),
    "an unknown status": lambda content: content["reports"]["made/1"].update(status="x"),
    "a state that is not listed": lambda content: content["reports"]["made/1"].update(state="x"),
    "a state in a list": lambda content: content["reports"]["made/1"].update(state=["x"]),
}
TEXTS = {
    "empty": lambda text: "",
    "cut off": lambda text: text[: len(text) // 2],
    "cut off in its first line": lambda text: text[:9],
    "zeros": lambda text: "\0" * len(text),
    "a list": lambda text: "[]",
    "too many brackets": lambda text: "[" * 100_000,
    "no UTF-8": lambda text: text.replace("made/1", "\udcff"),
}


@pytest.mark.parametrize("damage", [*DAMAGES, *TEXTS])
def test_a_damaged_manifest_does_not_stop_a_batch(
    batch: tuple[Path, Path], out: Path, damage: str
) -> None:
    if damage in DAMAGES:
        changed(out, DAMAGES[damage])
    else:
        text = TEXTS[damage]((out / MANIFEST).read_text(encoding="utf-8"))
        (out / MANIFEST).write_bytes(text.encode(errors="surrogateescape"))
    content = (out / MANIFEST).read_bytes()
    assert "\n" not in Manifest.open(out).damage != ""
    with pytest.raises(
        errors.OutputRefused, match=r"is damaged .*`parstats report --resume`"
    ) as no:
        verify(out)
    assert "\n" not in str(no.value)
    results = render([job(batch[0], 1), job(batch[0], 2)], out, state=STATE, resume=True)
    assert [result.status for result in results] == ["done", "done"]
    assert (out / DAMAGED).read_bytes() == content
    assert verify(out) == []
    assert render([job(batch[0], 1)], out, state=STATE, resume=True)[0].status == "current"


def test_a_manifest_of_another_program_is_no_damaged_one(tmp_path: Path) -> None:
    (tmp_path / "app.js").write_text("x")
    for content in ("[]", '{"name": "an app", "start_url": "/"}', ""):
        (tmp_path / MANIFEST).write_text(content)
        with pytest.raises(errors.OutputRefused, match="did not make"):
            Manifest.open(tmp_path)


def test_a_finished_page_is_in_the_manifest_at_once(
    batch: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a run that is killed is resumed after the last page; writing takes no time here."""
    monkeypatch.setattr("parstats.reports.batch.runner.time.monotonic", lambda: 0.0)
    listed = []

    def look(result: object) -> None:
        content = json.loads((tmp_path / "out" / MANIFEST).read_text(encoding="utf-8"))
        listed.append(sorted(content["reports"]))

    render([job(batch[0], 1), job(batch[0], 2)], tmp_path / "out", state=STATE, progress=look)
    assert listed == [["made/1"], ["made/1", "made/2"]]


def test_a_page_of_a_run_that_was_cut_off_is_not_said_to_be_of_others(out: Path) -> None:
    changed(out, lambda content: content["reports"].pop("made/2"))
    assert verify(out) == [
        "made/2.html: not written by parstats report, or by a run that was cut off"
    ]


def test_pages_that_somebody_removes_during_a_batch_are_failures(
    batch: tuple[Path, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "out"

    def remove(result: object) -> None:
        if (folder / "made/1.html").exists() and not (folder / "made/2.html").exists():
            shutil.rmtree(folder / "made")

    jobs = [job(batch[0], 1), job(batch[0], 2)]
    results = render(jobs, folder, state=STATE, progress=remove)
    assert [result.status for result in results] == ["failed", "done"]
    assert "was removed while the batch ran" in results[0].message
    again = render(jobs, folder, state=STATE, resume=True)
    assert [result.status for result in again] == ["done", "current"]
