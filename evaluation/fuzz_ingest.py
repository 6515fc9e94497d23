"""How `parstats ingest` reads faulty tables, and right ones in another dress.

``python -m evaluation.fuzz_ingest`` makes tables of all indices from a seed, gives each a named
fault or a harmless change, reads it and compares what comes out with what is true. A fault may be
read right or refused, never read wrong; a harmless change must be read right without a question.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from evaluation.fuzzing import (  # noqa: F401 (they register their changes)
    faults_cells,
    faults_collecting,
    faults_figures,
    faults_files,
    faults_headers,
    faults_lookalikes,
    faults_ranks,
    faults_rows,
    harmless,
)
from evaluation.fuzzing.changes import CHANGES
from evaluation.fuzzing.judging import VERDICTS, Case, run_case

#: Least share of unchanged tables and harmless changes that are read right without a question.
LEAST_SHARE = 0.98


def run(n_cases: int, seed: int, names: Sequence[str]) -> Iterator[Case]:
    """Run cases, one name after the other."""
    for number, name in zip(range(n_cases), itertools.cycle(names)):
        yield run_case(name, number, seed)


def share_read_right(cases: Sequence[Case]) -> float:
    """Share of unchanged tables and harmless changes that were read right; 1 if there are none."""
    verdicts = [case.verdict for case in cases if case.change.kind != "fault"]
    return verdicts.count("right") / len(verdicts) if verdicts else 1.0


def summary(cases: Sequence[Case]) -> str:
    """A row a change: how many cases, and what became of them."""
    width = max(len(case.change.name) for case in cases)
    lines = [f"{'name':{width}}  {'kind':8}  cases  " + "  ".join(f"{v:>9}" for v in VERDICTS)]
    for name in CHANGES:
        of_name = [case for case in cases if case.change.name == name]
        if of_name:
            lines.append(_line(name, of_name[0].change.kind, of_name, width))
    lines.append(_line("all", "", cases, width))
    share = share_read_right(cases)
    lines.append(f"harmless and unchanged tables read right without a question: {share:.1%}")
    return "\n".join(lines)


def _line(name: str, kind: str, cases: Sequence[Case], width: int) -> str:
    counts = Counter(case.verdict for case in cases)
    cells = "  ".join(f"{counts[verdict]:>9}" for verdict in VERDICTS)
    return f"{name:{width}}  {kind:8}  {len(cases):>5}  {cells}"


def message(case: Case) -> str:
    """What to know of a case that went wrong, and how to make it again."""
    return (
        f"--- {case.change.name}, case {case.number} (--seed {case.seed} --case {case.number}): "
        f"{case.verdict}\n{case.message}"
    )


def noteworthy(case: Case) -> bool:
    """Whether a case failed, or a harmless change was not read right."""
    return case.failed or (case.change.kind != "fault" and case.verdict != "right")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run cases and print what became of them; 1 if any was read wrong or too many were asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2_000, help="how many (2000)")
    parser.add_argument("--seed", type=int, default=1, help="other cases with another seed (1)")
    parser.add_argument("--only", action="append", choices=CHANGES, help="only this change")
    parser.add_argument("--case", type=int, help="only the case of this number, with --only")
    parser.add_argument("--keep", type=Path, help="with --case: write its file into this folder")
    parser.add_argument("--show", action="store_true", help="say what went wrong in each case")
    options = parser.parse_args(arguments)
    if options.case is not None:
        if not options.only:
            parser.error("--case needs --only")
        case = run_case(options.only[0], options.case, options.seed, options.keep)
        print(message(case))
        return int(case.failed)
    start, cases = time.perf_counter(), []
    for case in run(options.cases, options.seed, options.only or list(CHANGES)):
        cases.append(case)
        if options.show and noteworthy(case):
            print(message(case), flush=True)
    print(summary(cases))
    print(f"{len(cases)} cases in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    failed = any(case.failed for case in cases)
    return int(failed or share_read_right(cases) < LEAST_SHARE)


if __name__ == "__main__":
    sys.exit(main())
