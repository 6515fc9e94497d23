"""The examples of the documents, run as they stand: commands, code and what comes out."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import parstats as ps
from parstats import cli

ROOT = Path(__file__).parent.parent
DOCUMENTS = ["README.md", "docs/add-an-index.md", "docs/huong-dan.md"]
PAPI = "year,province,series,score\n2011,20,papi.transparency.poverty_lists,2.1\n"
# A block of commands or code, with the block of its output right below.
EXAMPLE = re.compile(r"```(sh|python)\n([^`]*?)```\n\n```text\n(.*?)```", flags=re.S)


def examples(name: str) -> list[tuple[str, str, str]]:
    """Return language, content and output of what a document shows with its output."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = EXAMPLE.findall(text)
    # Of the README the index of one's own; its other examples need all figures.
    return [example for example in found if name != "README.md" or "index_from" in example[1]]


def commands(block: str) -> Iterator[list[str]]:
    for line in block.replace("\\\n", " ").splitlines():
        name, *arguments = shlex.split(line, comments=True)
        assert Path(name).name == "parstats", line
        yield arguments


def lines_in_order(expected: str, printed: str) -> list[str]:
    """Return the expected lines that do not come in what was printed, in that order."""
    rest = iter(printed.splitlines())
    return [line for line in expected.splitlines() if line not in rest]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_examples_run_and_print_what_the_document_shows(name, small_data, monkeypatch, capsys):
    small_data.put("papi.csv", PAPI)
    monkeypatch.chdir(ROOT)
    namespace: dict[str, object] = {"ps": ps}
    assert examples(name)
    for language, block, expected in examples(name):
        capsys.readouterr()
        if language == "python":
            exec(compile(block, name, "exec"), namespace)
            assert capsys.readouterr().out == expected
            continue
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        printed = ""
        for arguments in commands(block):
            with pytest.raises(SystemExit) as stop:
                cli.main(arguments)
            out, said = capsys.readouterr()
            printed += out + said
            assert not stop.value.code, said
        assert lines_in_order(expected, printed) == []


@pytest.mark.parametrize("name", [p.name for p in sorted((ROOT / "docs").glob("*.md"))])
def test_python_in_documents_is_python(name):
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", text, flags=re.S):
        compile(block, name, "exec")


def test_the_tables_shown_are_those_of_the_files():
    text = (ROOT / "docs" / "add-an-index.md").read_text(encoding="utf-8")
    for file in ("cchc-so.csv", "cchc-so-tieu-chi.csv"):
        lines = (ROOT / "docs" / "examples" / file).read_text(encoding="utf-8").splitlines()
        block = text[text.index(f"```text\n{lines[0]}\n") :].split("```")[1]
        assert set(block.splitlines()[1:]) <= set(lines)
