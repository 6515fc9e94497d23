"""The habits of the project hold: style, types, clean notebooks, citation and changelog."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def version() -> str:
    content = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)["project"]["version"]


def code_cells(notebook: Path) -> list[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize(
    ("command", "remedy"),
    [
        (["ruff", "check"], "make format"),
        (["ruff", "format", "--check"], "make format"),
        (["mypy"], "make types"),
    ],
    ids=["style", "layout", "types"],
)
def test_tools_find_nothing(command, remedy):
    run = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, f"see `{remedy}`\n{run.stdout}{run.stderr}"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
class TestNotebook:
    def test_is_committed_without_outputs(self, notebook):
        for cell in code_cells(notebook):
            assert cell["outputs"] == [], "run `make notebooks`"
            assert cell["execution_count"] is None, "run `make notebooks`"

    def test_has_one_cell_of_parameters(self, notebook):
        tagged = [c for c in code_cells(notebook) if "parameters" in c["metadata"].get("tags", [])]
        assert len(tagged) == 1

    def test_defines_no_function_or_class(self, notebook):
        for cell in code_cells(notebook):
            source = "".join(cell["source"])
            lines = [line for line in source.splitlines() if not line.lstrip().startswith("%")]
            for node in ast.walk(ast.parse("\n".join(lines))):
                assert not isinstance(
                    node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
                ), f"{node.name} belongs in src/parstats"

    def test_runs_on_any_machine(self, notebook):
        content = json.loads(notebook.read_text(encoding="utf-8"))
        assert content["metadata"]["kernelspec"]["name"] == "python3"


def test_citation_is_complete_and_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors", "version", "license"} <= set(citation)
    assert all("name" in author for author in citation["authors"])
    assert citation["version"] == version()


def test_changelog_tells_of_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{version()}]" in changelog
