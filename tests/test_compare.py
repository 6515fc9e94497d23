"""Comparing two folders of outputs: whatever a reader could see differ is printed."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from evaluation.compare import compare, main
from PIL import Image

RANKS = pd.DataFrame({"province": ["20", "48"], "rank": [12, 3]})


def write_outputs(folder: Path, rank: int = 12) -> Path:
    """A small folder with an output of each kind."""
    import docx
    import nbformat.v4 as nb

    folder.mkdir()
    table = RANKS.assign(rank=[rank, 3])
    table.to_csv(folder / "ranks.csv", index=False)
    table.to_excel(folder / "ranks.xlsx", index=False)
    table.to_parquet(folder / "ranks.parquet", index=False)
    (folder / "page.html").write_text(f"<p>Rank <b>{rank}</b></p>", encoding="utf-8")
    document = docx.Document()
    document.add_paragraph(f"Rank {rank}")
    document.save(str(folder / "page.docx"))
    output = nb.new_output("display_data", {"text/plain": f"rank {rank}"})
    notebook = nb.new_notebook(cells=[nb.new_code_cell("code()", outputs=[output])])
    (folder / "report.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return folder


def test_equal_folders_have_no_difference(tmp_path, capsys):
    old, new = write_outputs(tmp_path / "old"), write_outputs(tmp_path / "new")
    assert main([str(old), str(new)]) == 0
    assert "no difference" in capsys.readouterr().out


def test_a_changed_number_is_found_in_every_kind_of_file(tmp_path):
    old, new = write_outputs(tmp_path / "old"), write_outputs(tmp_path / "new", rank=13)
    count, lines = compare(old, new, {})
    text = "\n".join(lines)
    assert count == 6
    for name in ("ranks.csv", "ranks.xlsx", "ranks.parquet", "page.html", "page.docx"):
        assert f"{name}: 2 lines differ" in text
    assert "- cell 0, output, text/plain: rank 12" in lines
    assert "+ row 1, rank: 13" in lines


def test_a_missing_file_is_named(tmp_path):
    old, new = write_outputs(tmp_path / "old"), write_outputs(tmp_path / "new")
    (new / "page.html").unlink()
    assert compare(old, new, {})[1] == [f"only in {old}: page.html"]


def test_code_of_a_notebook_may_change(tmp_path):
    old, new = write_outputs(tmp_path / "old"), write_outputs(tmp_path / "new")
    report = new / "report.ipynb"
    report.write_text(report.read_text().replace("code()", "renamed()"), encoding="utf-8")
    assert compare(old, new, {})[1] == []


def test_a_renamed_column_is_no_difference_if_it_is_named(tmp_path, capsys):
    for name, column in (("old", "rank"), ("new", "position")):
        (tmp_path / name).mkdir()
        RANKS.rename(columns={"rank": column}).to_csv(tmp_path / name / "t.csv", index=False)
    folders = [str(tmp_path / "old"), str(tmp_path / "new")]
    assert main(folders) == 1
    assert "- columns: province, rank" in capsys.readouterr().out
    assert main([*folders, "--column", "rank=position"]) == 0


def test_a_changed_pixel_of_a_picture_is_found(tmp_path):
    import base64

    for name, colour in (("old", "red"), ("new", "blue")):
        (tmp_path / name).mkdir()
        picture = io.BytesIO()
        Image.new("RGB", (2, 2), colour).save(picture, "PNG")
        data = base64.b64encode(picture.getvalue()).decode()
        page = f'<img alt="Map" src="data:image/png;base64,{data}">'
        (tmp_path / name / "page.html").write_text(page, encoding="utf-8")
    assert compare(tmp_path / "old", tmp_path / "new", {})[1][0] == "page.html: 2 lines differ"


@pytest.mark.parametrize("missing", ["old", "new"])
def test_a_folder_that_is_not_there_is_refused(tmp_path, capsys, missing):
    folders = {name: tmp_path / name for name in ("old", "new")}
    for name in folders.keys() - {missing}:
        folders[name].mkdir()
    assert main([str(folders["old"]), str(folders["new"])]) == 2
    assert f"{missing}: no such folder" in capsys.readouterr().err
