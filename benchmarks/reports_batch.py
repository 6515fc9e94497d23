"""One batch in a process of its own, for `benchmarks.reports`; prints what it measured as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

STARTED = time.perf_counter()


def main() -> None:
    """Render the jobs of a file into a folder."""
    import joblib

    from parstats.reports import render
    from parstats.reports.batch import versions
    from parstats.reports.catalogue import release

    jobs = joblib.load(sys.argv[1])
    before = _temporary()
    first: list[float] = []

    def note(_: object) -> None:
        if not first:
            first.append(time.perf_counter() - STARTED)

    results = render(
        jobs,
        Path(sys.argv[2]),
        state=versions.current(),
        n_jobs=int(sys.argv[3]),
        prepare=release.prepare,
        progress=note,
    )
    failed = [f"{result.job.stem}: {result.message}" for result in results if result.message]
    if failed:
        sys.exit("\n".join(failed))
    figures = {result.n_figures for result in results}
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - STARTED,
                "first": first[0],
                "figures": sum(result.n_figures for result in results),
                "kinds": sorted(figures),
                "files": len(list(Path("/proc/self/fd").iterdir())),
                "temporary": len(_temporary() - before),
            }
        )
    )


def _temporary() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("parstats-*"))


if __name__ == "__main__":
    main()
