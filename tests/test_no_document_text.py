"""No words of the documents are in the repository: facts and our own labels only."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Official names of criteria are longer than this and may be quoted.
RUN = 12
# Further names of criteria, with their numbers, and heads of tables, as all plans have them; each
# was looked at. A sentence of a plan has no place in this list.
NAMED = ROOT / "tests" / "data" / "criteria_and_headings.csv"
OFFICIAL = ("src/parstats/reference/frameworks/", "src/parstats/reference/column_maps/")


def tokenize(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())


def runs(text: str) -> Iterator[tuple[str, ...]]:
    tokens = tokenize(text)
    return (tuple(tokens[at : at + RUN]) for at in range(len(tokens) - RUN + 1))


def committed() -> list[Path]:
    """Files that git knows or would add; all below the checkout where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode:
        pytest.skip("no git here to tell which files are committed")
    return [ROOT / name for name in run.stdout.split("\0") if name]


@pytest.fixture(scope="module")
def documents() -> dict[tuple[str, ...], str]:
    """Every run of words of the documents, and the document it is of."""
    named = os.environ.get("PARSTATS_PLANS")
    if not named:
        pytest.skip("PARSTATS_PLANS names no folder of documents")
    phrases: dict[tuple[str, ...], str] = {}
    for path in sorted(Path(named).glob("*.txt")):
        phrases |= dict.fromkeys(runs(path.read_text(encoding="utf-8")), path.name)
    assert phrases, f"no documents in {named}"
    return phrases


def official() -> set[tuple[str, ...]]:
    """Runs of words of the official names of criteria."""
    names = {run for line in NAMED.read_text(encoding="utf-8").splitlines() for run in runs(line)}
    for folder in OFFICIAL:
        for path in (ROOT / folder).glob("*.csv"):
            for line in path.read_text(encoding="utf-8").splitlines():
                names |= set(runs(line))
    return names


def test_no_sentence_of_the_documents_is_committed(documents: dict[tuple[str, ...], str]) -> None:
    allowed = official()
    wrong = []
    for path in committed():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(OFFICIAL) or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        # Names of two offices side by side in a table are no sentence.
        cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
        for run in (
            run for cell in (cells if path.suffix == ".csv" else [text]) for run in runs(cell)
        ):
            if run in documents and run not in allowed:
                wrong.append(f"{name}: {' '.join(run)} ({documents[run]})")
                break
    assert not wrong


def test_the_check_would_see_a_sentence(documents: dict[tuple[str, ...], str]) -> None:
    sentence = " ".join(next(iter(documents)))
    assert any(run in documents for run in runs(f"a, b; {sentence.upper()}."))
