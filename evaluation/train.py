"""``make train-measures``: fit the model of measure types to the coded plans, write its table."""

from __future__ import annotations

import sys

from evaluation.classifying import all_training_features
from evaluation.coded import ROOT, documents
from evaluation.training import fit

TABLE = ROOT / "src" / "parstats" / "reference" / "measure_model.csv"


def main() -> None:
    """Fit to all coded documents, write the table, say what changed."""
    before = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
    seen, coded = all_training_features(documents(), further=True)
    table = fit(seen, coded).table
    text = table.to_csv(index=False, lineterminator="\n")
    TABLE.write_text(text, encoding="utf-8")
    status = "as before" if text == before else "changed"
    print(f"{TABLE.relative_to(ROOT)}: {len(table)} weights from {len(seen)} measures, {status}")


if __name__ == "__main__":
    sys.exit(main())
