"""The tests that `make test-fast` leaves out because they take long, as lines of a file.

    python -m tests.long_tests RUN.xml

adds to ``tests/long_tests.txt`` the tests that took `LONG` seconds or more in a run with
``--junitxml=RUN.xml``. What a fixture of a file takes counts for the first test that uses it, so
that a second run may find others.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from xml.etree import ElementTree

LIST = Path(__file__).with_suffix(".txt")
# Seconds. By judgement: without these tests the others took a minute on two processors.
LONG = 0.15


def read() -> frozenset[str]:
    """Return the names of the tests, as `name` gives them."""
    lines = LIST.read_text(encoding="utf-8").splitlines() if LIST.exists() else []
    return frozenset(line for line in lines if line and not line.startswith("#"))


def name(module: str, function: str) -> str:
    """Return the name of a test without the values that it is called with."""
    return f"{module}::{function.partition('[')[0]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="a file that pytest --junitxml wrote")
    cases = list(ElementTree.parse(parser.parse_args().run).getroot().iter("testcase"))
    took = {name(case.get("classname", ""), case.get("name", "")): 0.0 for case in cases}
    for case in cases:
        key = name(case.get("classname", ""), case.get("name", ""))
        took[key] = max(took[key], float(case.get("time", "0")))
    found = sorted(read() | {key for key, seconds in took.items() if seconds >= LONG})
    head = "# Written by `python -m tests.long_tests`; `make test-fast` leaves these out.\n"
    LIST.write_text(head + "".join(f"{key}\n" for key in found), encoding="utf-8")
    print(f"{LIST.name}: {len(found)} tests")


if __name__ == "__main__":
    main()
