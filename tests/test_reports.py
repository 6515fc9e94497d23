"""The batch: jobs in, pages and a manifest out, one failure never stopping the rest."""

from __future__ import annotations

import json
import re
import unicodedata

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from made_notebooks import STATE, job, notebook
from moved_clock import LIMIT, TIME_IS_OVER
from parstats import errors, execution, storage
from parstats.reports import Job, formats, render, verify
from parstats.reports.batch.outputs import output_path


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """Three jobs, the second of which raises, rendered once."""
    folder = tmp_path_factory.mktemp("batch")
    path = notebook(folder, "print('value is', value)", "assert value != 2, 'two is not wanted'")
    out = folder / "out"
    seen = []
    jobs = [job(path, value, forms=("html", "ipynb")) for value in (1, 2, 3)]
    results = render(jobs, out, state=STATE, n_jobs=2, progress=lambda r: seen.append(r.job.stem))
    return path, out, jobs, results, seen


def test_one_failure_does_not_stop_the_rest(batch):
    _, out, _, results, seen = batch
    assert [result.status for result in results] == ["done", "failed", "done"]
    assert sorted(seen) == ["made/1", "made/2", "made/3"]
    assert "value is 3" in (out / "made/3.html").read_text(encoding="utf-8")
    assert not (out / "made/2.html").exists()
    assert not (out / "made/2.ipynb").exists()


def test_a_failure_names_cell_and_reason_and_keeps_the_traceback(batch):
    _, out, _, results, _ = batch
    assert re.fullmatch(r"cell \[\d\]: AssertionError: two is not wanted", results[1].message)
    log = (out / "logs" / "made-2.log").read_text(encoding="utf-8")
    assert "two is not wanted" in log
    assert "\x1b" not in log


def test_the_manifest_holds_provenance_and_hashes(batch):
    path, out, *_ = batch
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    first = manifest["reports"]["made/1"]
    assert manifest["states"] == {first["state"]: STATE}
    assert first["parameters"] == {"value": 1}
    assert first["notebook"] == path.name
    assert first["outputs"]["made/1.html"] == storage.sha256(out / "made/1.html")


def test_verify_reports_what_changed_what_is_gone_and_what_failed(batch, tmp_path):
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(batch[1], copy)
    assert verify(copy) == ["made/2: failed when it was rendered (" + batch[3][1].message + ")"]
    (copy / "made/1.html").write_text("other", encoding="utf-8")
    (copy / "made/3.html").unlink()
    assert "made/1.html: changed since it was written" in verify(copy)
    assert "made/3.html: missing" in verify(copy)
    (copy / "made" / "extra.html").write_text("x", encoding="utf-8")
    assert any(line.startswith("made/extra.html: not written by") for line in verify(copy))


def test_resume_leaves_out_what_is_up_to_date_only(batch, tmp_path):
    import shutil

    path, source, jobs, *_ = batch
    out = tmp_path / "again"
    shutil.copytree(source, out)
    (out / "made/3.html").write_text("tampered", encoding="utf-8")
    again = render([jobs[0], jobs[2]], out, state=STATE, resume=True)
    assert [result.status for result in again] == ["current", "done"]
    assert "value is 3" in (out / "made/3.html").read_text(encoding="utf-8")
    other_data = render([jobs[0]], out, state={"data": "b"}, resume=True)
    assert other_data[0].status == "done"
    changed = Job(path, {"value": 7}, "made/1", "Page 1", "en", forms=("html",))
    assert render([changed], out, state={"data": "b"}, resume=True)[0].status == "done"


def test_reports_of_several_states_stand_side_by_side_each_with_its_own(batch, tmp_path):
    import shutil

    from parstats.reports.batch.manifest import Manifest
    from parstats.reports.batch.versions import hash_state

    _, source, jobs, *_ = batch
    out = tmp_path / "mixed"
    shutil.copytree(source, out)
    render([jobs[0]], out, state={"data": "newer"})
    manifest = Manifest.open(out)
    assert manifest.states[manifest.reports["made/1"]["state"]] == {"data": "newer"}
    assert manifest.states[manifest.reports["made/3"]["state"]] == STATE
    assert manifest.outdated(hash_state({"data": "newer"})) == 1


def test_another_form_joins_those_of_the_same_inputs_and_replaces_those_of_others(tmp_path):
    path = notebook(tmp_path, "print(value)")
    out = tmp_path / "out"
    render([job(path, 1, forms=("ipynb",))], out, state=STATE)
    render([job(path, 1, forms=("html",))], out, state=STATE)
    assert {p.suffix for p in (out / "made").iterdir()} == {".html", ".ipynb"}
    render([job(path, 1, forms=("html",))], out, state={"data": "newer"})
    assert {p.suffix for p in (out / "made").iterdir()} == {".html"}
    assert verify(out) == []


def test_a_killed_run_can_be_resumed_where_it_stopped(tmp_path):
    path = notebook(tmp_path, "print(value)")
    out = tmp_path / "out"

    def stop(result):
        raise KeyboardInterrupt

    jobs = [job(path, 1), job(path, 2)]
    with pytest.raises(KeyboardInterrupt):
        render(jobs, out, state=STATE, progress=stop)
    again = render(jobs, out, state=STATE, resume=True)
    assert [result.status for result in again] == ["current", "done"]


def test_the_same_inputs_give_the_same_page(batch, tmp_path):
    _, source, jobs, *_ = batch
    render([jobs[0]], tmp_path / "out", state=STATE)
    assert (tmp_path / "out/made/1.html").read_bytes() == (source / "made/1.html").read_bytes()


def test_a_folder_of_others_is_refused(tmp_path):
    path = notebook(tmp_path, "1")
    with pytest.raises(errors.OutputRefused, match="holds files that parstats did not make"):
        render([job(path, 1)], tmp_path, state=STATE)
    assert not (tmp_path / "manifest.json").exists()
    with pytest.raises(errors.OutputRefused, match="is a file"):
        render([job(path, 1)], path, state=STATE)
    with pytest.raises(errors.OutputRefused, match=r"has no manifest\.json"):
        verify(tmp_path)


def test_wrong_requests_are_refused_before_anything_runs(tmp_path):
    path = notebook(tmp_path, "1")
    out = tmp_path / "out"
    with pytest.raises(errors.InvalidRequest, match="two jobs would write made/1"):
        render([job(path, 1), job(path, 1)], out, state=STATE)
    with pytest.raises(errors.InvalidRequest, match="--jobs is 0"):
        render([job(path, 1)], out, state=STATE, n_jobs=0)
    with pytest.raises(errors.UnknownChoice, match="unknown format 'odt'"):
        render([job(path, 1, forms=("odt",))], out, state=STATE)
    assert not out.exists()


def test_a_folder_inside_a_file_or_behind_a_broken_link_is_refused(tmp_path):
    path = notebook(tmp_path, "1")
    with pytest.raises(errors.OutputRefused, match=r"made\.ipynb is a file; name a folder"):
        render([job(path, 1)], path / "out" / "deeper", state=STATE)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(errors.OutputRefused, match="link is a link that leads nowhere"):
        render([job(path, 1)], tmp_path / "link", state=STATE)


def test_two_batches_do_not_write_into_one_folder_at_once(tmp_path):
    pytest.importorskip("fcntl")
    path, out, seen = notebook(tmp_path, "1"), tmp_path / "out", []

    def meanwhile(result):
        with pytest.raises(errors.OutputRefused, match="out is being written by another run"):
            render([job(path, 2)], out, state=STATE)
        seen.append(result.job.stem)

    render([job(path, 1)], out, state=STATE, progress=meanwhile)
    assert seen == ["made/1"]
    render([job(path, 2)], out, state=STATE)
    assert verify(out) == []


@pytest.mark.parametrize("stem", ["../evil", "/tmp/evil", "", "a\nb"])
def test_a_job_cannot_write_outside_its_folder(tmp_path, stem):
    with pytest.raises(errors.InvalidRequest, match="expected a path inside the output folder"):
        render([Job(notebook(tmp_path, "1"), {}, stem, "Page", "en")], tmp_path / "out", state={})
    assert not (tmp_path / "out").exists()


def test_values_that_no_notebook_can_be_given_are_refused_by_name(tmp_path):
    odd = Job(notebook(tmp_path, "1"), {"value": tmp_path}, "made/1", "Page", "en")
    with pytest.raises(errors.InvalidRequest, match=r"parameter 'value' is of type \w*Path: exp"):
        render([odd], tmp_path / "out", state=STATE)
    with pytest.raises(errors.InvalidRequest, match="state 'data' is of type set"):
        render([], tmp_path / "out", state={"data": {1}})


def test_two_jobs_with_one_log_are_refused(tmp_path):
    path = notebook(tmp_path, "1")
    jobs = [Job(path, {"value": 1}, stem, "Page", "en") for stem in ("a/b", "a-b")]
    with pytest.raises(errors.InvalidRequest, match=r"two jobs would write logs/a-b\.log"):
        render(jobs, tmp_path / "out", state=STATE)


def test_paths_may_be_given_as_text(tmp_path):
    path = notebook(tmp_path, "1")
    written = Job(str(path), {"value": 1}, "made/1", "Page", "en")
    assert render([written], str(tmp_path / "out"), state=STATE)[0].status == "done"
    assert (tmp_path / "out/made/1.html").exists()


@pytest.mark.skipif(not execution.available(), reason="processes cannot be forked here")
def test_a_cell_that_hangs_is_stopped(tmp_path):
    path = notebook(tmp_path, f"{TIME_IS_OVER}\nimport time; time.sleep(99)")
    result = render([job(path, 1)], tmp_path / "out", state=STATE, timeout=LIMIT)[0]
    assert result.status == "failed"
    assert re.match(r"cell \[\d\]: CellTimeoutError: .*--timeout", result.message)


def test_a_notebook_that_leaves_is_told_which_cell_and_the_likely_reason(tmp_path):
    path = notebook(tmp_path, "exit()", "print('after')")
    result = render([job(path, 1)], tmp_path / "out", state=STATE)[0]
    assert re.match(r"cell \[\d\]: DeadKernelError: .*exit\(\) in the notebook", result.message)


def test_a_kernel_that_dies_fails_its_own_report_only(tmp_path):
    path = notebook(tmp_path, "import os\nif value == 1: os._exit(3)")
    results = render([job(path, 1), job(path, 2)], tmp_path / "out", state=STATE, n_jobs=2)
    assert [result.status for result in results] == ["failed", "done"]


def test_a_killed_process_fails_its_own_report_only(tmp_path):
    # The parent of the kernel is the process that runs the job.
    path = notebook(tmp_path, "import os, signal\nif value == 1: os.kill(os.getppid(), 9)")
    jobs = [job(path, value) for value in (1, 2, 3)]
    results = render(jobs, tmp_path / "out", state=STATE, n_jobs=2)
    assert [result.status for result in results] == ["failed", "done", "done"]
    assert "killed" in results[0].message


def test_a_failed_report_shows_how_far_it_came(batch):
    _, out, *_ = batch
    page = (out / "logs/made-2.html").read_text(encoding="utf-8")
    assert "value is 2" in page
    assert "two is not wanted" in page
    assert "Page 2 (stopped midway)" in page
    assert page.index("stopped midway and is not complete") < page.index("value is 2")
    assert 'href="../index.html"' in page or "index.html" not in page
    assert not (out / "logs/made-1.html").exists()
    log = (out / "logs/made-1.log").read_text(encoding="utf-8")
    assert "Page 1: done" in log
    assert re.search(r"cell \[2\]: \d+\.\d\d s", log)


def test_after_a_failure_no_further_report_is_begun_if_asked(tmp_path):
    path = notebook(tmp_path, "assert value > 1")
    jobs = [job(path, value) for value in (1, 2, 3)]
    results = render(jobs, tmp_path / "out", state=STATE, fail_fast=True)
    assert [result.status for result in results] == ["failed", "not run", "not run"]
    again = render(jobs[1:], tmp_path / "out", state=STATE)
    assert [result.status for result in again] == ["done", "done"]


def test_a_notebook_without_parameters_or_with_others_is_refused_before_anything_runs(tmp_path):
    bare = new_notebook(cells=[new_code_cell("value = 1")])
    path = tmp_path / "bare.ipynb"
    nbformat.write(bare, path)
    with pytest.raises(errors.NotebookRefused, match=r"bare.ipynb: no cell is tagged 'parameters'"):
        render([job(path, 1)], tmp_path / "out", state=STATE)
    other = Job(notebook(tmp_path, "1"), {"valeu": 2}, "made/2", "Page 2", "en")
    with pytest.raises(errors.NotebookRefused, match=r"no parameter 'valeu'.*it has value"):
        render([other], tmp_path / "out", state=STATE)
    text_file = tmp_path / "words.ipynb"
    text_file.write_text("not a notebook", encoding="utf-8")
    with pytest.raises(errors.NotebookRefused, match="not a notebook"):
        render([job(text_file, 1)], tmp_path / "out", state=STATE)
    with pytest.raises(errors.NotebookRefused, match="cannot be read"):
        render([job(tmp_path / "gone.ipynb", 1)], tmp_path / "out", state=STATE)
    assert not (tmp_path / "out").exists()


def test_figures_that_come_out_as_words_fail_the_report(tmp_path):
    lost = "from IPython.display import display\ndisplay({'text/plain': 'Chart: x'}, raw=True)"
    result = render([job(notebook(tmp_path, lost), 1)], tmp_path / "out", state=STATE)[0]
    assert result.status == "failed"
    assert "1 of 1 figures came out as words" in result.message


def test_a_report_that_takes_too_much_memory_fails_alone(tmp_path):
    if not execution.available():
        pytest.skip("processes cannot be forked here")
    path = notebook(tmp_path, "if value == 1: kept = bytearray(2**31)")
    jobs = [job(path, value) for value in (1, 2)]
    results = render(jobs, tmp_path / "out", state=STATE, memory=2**29)
    assert [result.status for result in results] == ["failed", "done"]
    assert "MemoryError" in results[0].message
    assert "512 MB" in results[0].message
    assert "--memory" in results[0].message


def test_a_folder_is_found_under_either_spelling_of_its_letters(tmp_path):
    composed, decomposed = (unicodedata.normalize(form, "báo cáo") for form in ("NFC", "NFD"))
    (tmp_path / decomposed).mkdir()
    assert output_path(tmp_path / composed).name == decomposed
    assert output_path(tmp_path / "new").name == "new"


def test_a_report_that_fails_later_takes_its_old_page_with_it(tmp_path):
    path = notebook(tmp_path, "print('fine')")
    out = tmp_path / "out"
    render([job(path, 1)], out, state=STATE)
    assert (out / "made/1.html").exists()
    notebook(tmp_path, "raise ValueError('not fine')")
    assert render([job(path, 1)], out, state=STATE)[0].message.endswith("ValueError: not fine")
    assert not (out / "made/1.html").exists()


def page(*cells: object, lang: str = "en") -> str:
    about = formats.About("A <b>", lang, (("All", "i.html"),), "../")
    return formats.write("html", new_notebook(cells=list(cells)), about).decode()


def test_a_page_shows_prose_of_its_language_and_no_code():
    cells = [
        new_markdown_cell("Tiếng Việt", metadata={"tags": ["lang-vi"]}),
        new_markdown_cell("English", metadata={"tags": ["lang-en"]}),
        new_markdown_cell("for the author", metadata={"tags": ["note"]}),
        new_code_cell("secret_name = 1"),
    ]
    english, vietnamese = page(*cells), page(*cells, lang="vi")
    assert "English" in english
    assert "Tiếng Việt" not in english
    assert '<html lang="vi">' in vietnamese
    assert "Tiếng Việt" in vietnamese
    for text in (english, vietnamese):
        assert "secret_name" not in text
        assert "for the author" not in text
        assert "A &lt;b&gt;" in text
        assert '<a href="../i.html">' in text
        assert not re.search(r'(src|href)="https?:', text)
