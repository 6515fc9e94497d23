"""All provincial reports, side by side with the ways they are made by hand.

Run by ``make benchmark-reports``. One run, one notebook, one environment, compiled modules; two
processes where there are two. Seconds a report, medians; what counts are the ratios. Ways:

a. ``papermill`` and ``jupyter nbconvert`` on the command line, one report after the other
b. a loop over ``papermill.execute_notebook`` and nbconvert's ``HTMLExporter``
c. the same loop on two processes
d. the floor: the cells of the notebook as a plain function in two processes that have imported
   everything and hold the tables, its outputs made into the page by the same template
e. parstats: ``parstats.reports.render``, the page, as ``make report`` makes it
f. the same with the executed notebook kept: its figures are pictures too, as JupyterLab shows no
   SVG of a notebook that it does not trust

Then what the figures of a page take of it: making, layout and rendering (``benchmarks.figures``).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

# For every way alike: two processes on two cores leave none for further threads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import joblib
import psutil

import parstats as ps
from benchmarks import figures
from benchmarks.report_ways import by_command_line, by_loop, plainly
from parstats.reference import provinces
from parstats.reports.batch.jobs import Job
from parstats.reports.catalogue import province_reports

JOBS = 2
SAMPLES = {"a": 3, "b": 4, "c": 8}


def main() -> None:
    """Measure, and print ratios; with --long also what grows over ten times as many reports."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--long", action="store_true", help="630 reports too")
    options = parser.parse_args()
    ps.build()
    jobs = province_reports.jobs(list(provinces.by_code()), "PAPI", 2024, "vi", ["html"])
    sample = jobs[:: len(jobs) // 8]
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="parstats-benchmark-") as folder:
        out = Path(folder)
        seconds["a"] = _median(lambda job: by_command_line(job, out), sample[: SAMPLES["a"]])
        seconds["b"] = _median(lambda job: by_loop(job, out), sample[: SAMPLES["b"]])
        seconds["c"] = _on_processes(by_loop, sample[: SAMPLES["c"]], out)
        seconds["d"] = _floor(jobs, out)
        ours = _ours(jobs, out / "ours")
        seconds["e"] = ours["seconds"] / len(jobs)
        kept = [replace(job, forms=("html", "ipynb")) for job in jobs]
        seconds["f"] = _ours(kept, out / "kept")["seconds"] / len(jobs)
        _print_ratios(seconds, ours, len(jobs))
        figures.main()
        if options.long:
            _print_growth(ours, _ours(_tenfold(jobs), out / "long"))


def _median(run: Callable[[Job], None], jobs: Sequence[Job]) -> float:
    durations = []
    for job in jobs:
        start = time.perf_counter()
        run(job)
        durations.append(time.perf_counter() - start)
    return statistics.median(durations)


def _on_processes(run: Callable[[Job, Path], None], jobs: Sequence[Job], out: Path) -> float:
    """Seconds a report, processes that are started and warm."""
    with joblib.Parallel(n_jobs=JOBS, batch_size=1) as parallel:
        parallel(joblib.delayed(run)(job, out) for job in jobs[:JOBS])
        start = time.perf_counter()
        parallel(joblib.delayed(run)(job, out) for job in jobs)
        return (time.perf_counter() - start) / len(jobs)


def _floor(jobs: Sequence[Job], out: Path) -> float:
    return _on_processes(plainly, jobs, out)


def _ours(jobs: Sequence[Job], out: Path) -> dict[str, float]:
    """The whole batch in a process of its own, watched from here."""
    listed = out.with_suffix(".jobs")
    joblib.dump(list(jobs), listed)
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.reports_batch", listed, out, str(JOBS)],
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = _Peak(process.pid)
    printed, _ = process.communicate()
    peak.stop()
    if process.returncode:
        raise SystemExit(f"the batch failed:\n{printed}")
    return {**json.loads(printed.splitlines()[-1]), "memory": peak.bytes}


def _tenfold(jobs: Sequence[Job]) -> list[Job]:
    return [replace(job, stem=f"{turn}/{job.stem}") for turn in range(10) for job in jobs]


class _Peak:
    """Most memory of a process and all it starts, shared pages counted once."""

    def __init__(self, pid: int) -> None:
        self.bytes, self._going = 0, True
        self._process = psutil.Process(pid)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while self._going:
            self.bytes = max(self.bytes, self._now())
            time.sleep(0.5)

    def _now(self) -> int:
        total = 0
        try:
            for process in (self._process, *self._process.children(recursive=True)):
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:  # it ended meanwhile
                    continue
        except psutil.Error:
            return 0
        return total

    def stop(self) -> None:
        """Look no more."""
        self._going = False
        self._thread.join()


def _print_ratios(seconds: dict[str, float], ours: dict[str, float], count: int) -> None:
    descriptions = {
        "a": f"papermill and nbconvert commands, {SAMPLES['a']} reports",
        "b": f"loop over papermill and nbconvert, {SAMPLES['b']} reports",
        "c": f"the same loop on {JOBS} processes, {SAMPLES['c']} reports",
        "d": f"the floor: cells as a plain function, {JOBS} processes, {count} reports",
        "e": f"parstats, {JOBS} processes, {count} reports, starting included",
        "f": "parstats, the executed notebook kept too",
    }
    for method, value in seconds.items():
        ratio = value / seconds["e"]
        comparison = "" if method == "e" else f"  {ratio:6.2f}x ours"
        print(f"{method}. {descriptions[method]:66} {value:7.2f} s a report{comparison}")
    print(f"ours over the floor: {seconds['e'] / seconds['d']:.2f} (goal at most 1.6)")
    n_figures = int(ours["figures"])
    print(
        f"{n_figures} figures in {count} reports, {ours['seconds'] / n_figures:.2f} s a figure; "
        f"first report after {ours['first']:.1f} s; "
        f"{ours['memory'] / 2**20:,.0f} MB at the most, shared memory counted once"
    )


def _print_growth(short: dict[str, float], long: dict[str, float]) -> None:
    print(
        f"ten times as many reports: {long['seconds'] / short['seconds']:.2f} times the seconds; "
        f"{long['memory'] / 2**20:,.0f} MB at the most; open files {short['files']:.0f} and "
        f"{long['files']:.0f}; temporary files left {short['temporary']:.0f} and "
        f"{long['temporary']:.0f}"
    )


if __name__ == "__main__":
    main()
