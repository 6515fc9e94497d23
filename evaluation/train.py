"""``make train-measures``: fit the models of measure types, write their tables."""

from __future__ import annotations

import sys

import pandas as pd

from evaluation.classifying import training
from evaluation.coded import ROOT, documents
from evaluation.training import fit_cues
from evaluation.word_training import fit_words, shipped

REFERENCE = ROOT / "src" / "parstats" / "reference"


def main() -> None:
    """Fit to all coded documents and written measures, write the tables, say what changed."""
    seen, coded = training(documents())
    print(f"{len(seen)} measures")
    _write("measure_model.csv", fit_cues(seen, coded).table)
    _write("measure_words.csv", shipped(fit_words(seen, coded)))


def _write(name: str, table: pd.DataFrame) -> None:
    path = REFERENCE / name
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    text = table.to_csv(index=False, lineterminator="\n")
    path.write_text(text, encoding="utf-8")
    status = "as before" if text == before else "changed"
    print(f"{path.relative_to(ROOT)}: {len(table)} terms, {status}")


if __name__ == "__main__":
    sys.exit(main())
