"""Print how well plans are read, linked and typed, per document and cross-validated.

The invented plans are scored always; their goal is printed and does not count yet. The four real
ones are scored where ``PARSTATS_PLANS`` names their folder. Ends with 1 if a goal of these is
missed, 2 if they are not where the variable says, else 0.
"""

from __future__ import annotations

import os
import sys

from evaluation import classifying, invented, linking, records
from evaluation.coded import REVIEWED, VARIABLE, NoDocuments, documents


def main() -> int:
    """Print all reports."""
    _print("Invented plans", invented.report(invented.results()))
    if not os.environ.get(VARIABLE):
        print(
            f"\n{VARIABLE} is not set: the four real documents were not scored; give their folder, "
            f"as {VARIABLE}=FOLDER make evaluate-plans",
            file=sys.stderr,
        )
        return 0
    try:
        coded, reviewed = documents(), documents(REVIEWED)
    except NoDocuments as error:
        print(error, file=sys.stderr)
        return 2
    both, reached = (*coded, *reviewed), True
    for title, report in (
        ("Records", records.report),
        ("Links", linking.report),
        ("Types of measure", classifying.report),
    ):
        lines, well = report(coded)
        _print(title, lines)
        reached &= well
    _print("Confidence of links, all coded and reviewed rows", linking.reliability(both))
    _print(
        "The plan that was extracted first and corrected by a person (no goals)",
        [*linking.report(reviewed)[0], *classifying.report_on(reviewed, coded)],
    )
    print(
        "\nevery goal on the real documents is reached"
        if reached
        else "\nA GOAL ON THE REAL DOCUMENTS IS MISSED, see above"
    )
    return 0 if reached else 1


def _print(title: str, lines: list[str]) -> None:
    print(f"\n{title}\n{'-' * len(title)}")
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
