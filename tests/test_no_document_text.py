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
OFFICIAL = ("src/parstats/reference/frameworks/", "src/parstats/reference/column_maps/")


# Invented plans name official criteria, with their numbers, and head tables as all plans do: names
# of up to 22 words, which are no sentences of anybody's plan. Longer runs would be.
INVENTED, LONG_RUN = "evaluation/invented_plans/", 25


def tokenize(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())


def runs(text: str, length: int = RUN) -> Iterator[tuple[str, ...]]:
    tokens = tokenize(text)
    return (tuple(tokens[at : at + length]) for at in range(len(tokens) - length + 1))


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
        text = path.read_text(encoding="utf-8")
        for length in (RUN, LONG_RUN):
            phrases |= dict.fromkeys(runs(text, length), path.name)
    assert phrases, f"no documents in {named}"
    return phrases


def official() -> set[tuple[str, ...]]:
    """Runs of words of the official names of criteria."""
    names: set[tuple[str, ...]] = set()
    for folder in OFFICIAL:
        for path in (ROOT / folder).glob("*.csv"):
            for line in path.read_text(encoding="utf-8").splitlines():
                names |= {run for length in (RUN, LONG_RUN) for run in runs(line, length)}
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
        length = LONG_RUN if name.startswith(INVENTED) else RUN
        for run in (
            run
            for cell in (cells if path.suffix == ".csv" else [text])
            for run in runs(cell, length)
        ):
            if run in documents and run not in allowed:
                wrong.append(f"{name}: {' '.join(run)} ({documents[run]})")
                break
    assert not wrong


def test_the_check_would_see_a_sentence(documents: dict[tuple[str, ...], str]) -> None:
    sentence = " ".join(next(iter(documents)))
    assert any(run in documents for run in runs(f"a, b; {sentence.upper()}."))
