"""``make calibrate-links``: fit the confidence of links and write its table; needs no documents."""

from __future__ import annotations

import sys

from evaluation.calibration import calibrate
from evaluation.coded import ROOT

TABLE = ROOT / "src" / "parstats" / "reference" / "link_confidence.csv"


def main() -> None:
    """Fit, write the table, print it."""
    table, drawn = calibrate()
    TABLE.write_text(table.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
    print(f"{TABLE.relative_to(ROOT)}, from {len(drawn)} questions:")
    print(table.to_string(index=False))


if __name__ == "__main__":
    sys.exit(main())
