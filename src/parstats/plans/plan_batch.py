"""Reading many plan documents; one that cannot be read does not stop the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from parstats.documents.scan_models import find_models
from parstats.errors import InvalidData, ParstatsError, Problem
from parstats.plans.copies import Copy, copies, without_copies
from parstats.plans.parse.plan_reader import read

if TYPE_CHECKING:
    from parstats.plans.records import Plan
    from parstats.plans.register import Tables


# Files per process; by judgement: starting a process takes as long as reading these.
_WORTH_A_PROCESS = 8


@dataclass(frozen=True)
class Batch:
    """Result of reading several documents.

    Attributes
    ----------
    plans : tuple of Plan; those that were read, in the order of the files, without copies
    tables : tuple of Tables; theirs, linked and classified
    problems : tuple of Problem; one for each file that was not read
    copies : tuple of Copy; files that hold the same plan as another one
    """

    plans: tuple[Plan, ...]
    tables: tuple[Tables, ...]
    problems: tuple[Problem, ...]
    copies: tuple[Copy, ...] = ()


def names(paths: Sequence[Path]) -> list[str]:
    """Name plans by their files; those of one name by their folders, or by their form, too.

    A name does not depend on the order of the files.

    Examples
    --------
    >>> names([Path("a/plan.docx"), Path("b/plan.pdf"), Path("c/other.txt")])
    ['a-plan', 'b-plan', 'other']
    >>> names([Path("a/plan.docx"), Path("a/plan.pdf")])
    ['plan-docx', 'plan-pdf']
    """
    absolute = [path.absolute() for path in paths]
    folders = [[*path.parts[1:-1]][::-1] for path in absolute]
    beside = Counter((path.parent, path.stem) for path in dict.fromkeys(absolute))
    stems = [
        path.stem + (f"-{path.suffix[1:].lower()}" if beside[path.parent, path.stem] > 1 else "")
        for path in absolute
    ]
    depths = [0] * len(paths)
    while True:
        named = [
            "-".join([*reversed(above[:depth]), stem])
            for stem, above, depth in zip(stems, folders, depths, strict=True)
        ]
        files: dict[str, set[Path]] = {}
        for name, path in zip(named, absolute, strict=True):
            files.setdefault(name, set()).add(path)
        deeper = [
            at
            for at, name in enumerate(named)
            if len(files[name]) > 1 and depths[at] < len(folders[at])
        ]
        if not deeper:
            return named
        for at in deeper:
            depths[at] += 1


def read_all(
    paths: Sequence[Path],
    *,
    n_jobs: int | None = None,
    ocr: bool = False,
    progress: Callable[[Path], None] | None = None,
) -> Batch:
    """Read documents and make their tables.

    A file given twice is read once; of files that hold the same plan, see
    `parstats.plans.copies.copies`, the first by name is kept. `n_jobs` is by default one process a
    processor at most, and fewer for few files; `progress` is called with each file that is done, in
    their order. With `ocr` pages that are pictures are recognised; raises ToolMissing at once if
    what it takes is not installed.
    """
    import joblib

    if ocr:
        find_models()

    paths = list({path.absolute(): path for path in paths}.values())
    jobs = n_jobs or max(1, min(joblib.cpu_count(), len(paths) // _WORTH_A_PROCESS))
    work = (
        joblib.delayed(_read_document)(path, name, ocr)
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
    same = copies(plans, tables)
    return Batch(*without_copies(plans, tables, same), tuple(problems), same)


def _read_document(
    path: Path, name: str, ocr: bool = False
) -> tuple[tuple[Plan, Tables] | None, list[Problem]]:
    from parstats.plans.register import tabulate

    try:
        plan = read(path, name=name, ocr=ocr)
        return (plan, tabulate(plan)), []
    except InvalidData as error:
        return None, error.problems
    except ParstatsError as error:  # whatever else is refused, the other files are read
        expected, remedy = "a plan that can be tabulated", "leave the file out, and report it"
        return None, [Problem(str(path), None, None, str(error), expected, remedy)]
