"""Print how well plans are read, linked and typed, per document and cross-validated.

Ends with 1 if a goal is missed, 2 if the documents are not there.
"""

from __future__ import annotations

import sys

from evaluation import classifying, linking, records
from evaluation.coded import REVIEWED, NoDocuments, documents


def main() -> int:
    """Print all reports."""
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
    print("\nevery goal is reached" if reached else "\nA GOAL IS MISSED, see above")
    return 0 if reached else 1


def _print(title: str, lines: list[str]) -> None:
    print(f"\n{title}\n{'-' * len(title)}")
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
