"""Reading many plan documents; one that cannot be read does not stop the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from parstats.errors import InvalidData, ParstatsError, Problem
from parstats.plans.parse.plan_reader import read

if TYPE_CHECKING:
    from parstats.plans.records import Plan
    from parstats.plans.register import Tables


# Files per process; by judgement: starting a process takes as long as reading these.
_WORTH_A_PROCESS = 8


@dataclass(frozen=True)
class Batch:
    """Result of reading several documents."""

    plans: tuple[Plan, ...]  # those that were read, in the order of the files
    tables: tuple[Tables, ...]  # theirs, linked and classified
    problems: tuple[Problem, ...]  # one for each file that was not read


def names(paths: Sequence[Path]) -> list[str]:
    """Name plans by their files, with a number if two are the same.

    Examples
    --------
    >>> names([Path("a/plan.docx"), Path("b/plan.pdf"), Path("c/other.txt")])
    ['plan', 'plan-2', 'other']
    """
    used = {path.stem for path in paths}
    seen: Counter[str] = Counter()
    plan_names = []
    for path in paths:
        seen[path.stem] += 1
        name = path.stem
        while name in used and seen[path.stem] > 1:
            name = f"{path.stem}-{seen[path.stem]}"
            seen[path.stem] += name in used
        used.add(name)
        plan_names.append(name)
    return plan_names


def read_all(
    paths: Sequence[Path],
    *,
    n_jobs: int | None = None,
    progress: Callable[[Path], None] | None = None,
) -> Batch:
    """Read documents and make their tables.

    `n_jobs` is by default one process a processor at most, and fewer for few files; `progress` is
    called with each file that is done, in their order.
    """
    import joblib

    jobs = n_jobs or max(1, min(joblib.cpu_count(), len(paths) // _WORTH_A_PROCESS))
    work = (
        joblib.delayed(_read_document)(path, name)
        for path, name in zip(paths, names(paths), strict=True)
    )
    results = joblib.Parallel(n_jobs=jobs, return_as="generator", batch_size="auto")(work)
    plans, tables, problems = [], [], []
    for path, (document, refused) in zip(paths, results, strict=True):
        if document is not None:
            plans.append(document[0])
            tables.append(document[1])
        problems += refused
        if progress is not None:
            progress(path)
    return Batch(tuple(plans), tuple(tables), tuple(problems))


def _read_document(path: Path, name: str) -> tuple[tuple[Plan, Tables] | None, list[Problem]]:
    from parstats.plans.register import tabulate

    try:
        plan = read(path, name=name)
        return (plan, tabulate(plan)), []
    except InvalidData as error:
        return None, error.problems
    except ParstatsError as error:  # whatever else is refused, the other files are read
        expected, remedy = "a plan that can be tabulated", "leave the file out, and report it"
        return None, [Problem(str(path), None, None, str(error), expected, remedy)]
