"""Jobs, what a notebook produces, and results of the runner."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parstats import storage
from parstats.reports.formats.report_info import About
from parstats.reports.formats.writer import file_name


@dataclass(frozen=True)
class Job:
    """One notebook to run with one set of parameters.

    Attributes
    ----------
    notebook : pathlib.Path
        The notebook, or its path as text; it has one cell tagged ``parameters``.
    parameters : mapping; values for that cell
    stem : str
        Where the outputs go, relative to the output folder and without ending, as
        "papi/2024/vi/20-lang-son". It also names the job.
    title, lang : str; title of the page; language of the page
    forms : tuple of str
        Which of `parstats.reports.formats.writer.FORMS` to write; one execution serves all.
    links : tuple of (str, str)
        Words and addresses of links above the page, relative to the output folder; the first leads
        back to the front page
    unit : mapping; what it is about, for the manifest, as {"vintage": 34, "province": "15"}
    source : str; how to cite the figures, at the end of the page
    """

    notebook: Path
    parameters: Mapping[str, Any]
    stem: str
    title: str
    lang: str
    forms: tuple[str, ...] = ("html",)
    links: tuple[tuple[str, str], ...] = ()
    unit: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "notebook", Path(self.notebook))

    @property
    def about(self) -> About:
        """Title and language of its pages."""
        up = "../" * self.stem.count("/")
        return About(self.title, self.lang, self.links, up, self.stem, self.source)

    def outputs(self) -> dict[str, str]:
        """Return the output files by form, relative to the output folder."""
        return {form: file_name(self.stem, form) for form in self.forms}

    def key(self, state: str) -> str:
        """Return the hash of everything the outputs depend on.

        Parameters
        ----------
        state : str; hash of what all jobs share: data and code
        """
        about = [
            storage.sha256(self.notebook),
            dict(self.parameters),
            self.title,
            self.lang,
            [list(link) for link in self.links],
            dict(self.unit),
            self.source,
            state,
        ]
        return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Produced:
    """Output of a notebook run."""

    files: dict[str, bytes]  # content by form, as {"html": b"..."}; empty if it failed
    message: str = ""  # why it failed, in one line; empty if it did not
    detail: str = ""  # the whole traceback
    unfinished: bytes = b""  # of a notebook that raised: the page up to the cell that did
    n_figures: int = 0  # pictures in the outputs
    log: str = ""  # seconds a cell, and what the cells wrote to stderr


@dataclass(frozen=True)
class Result:
    """Result of a job.

    Attributes
    ----------
    job : Job
    status : str
        "done", "current" (up to date, not run again), "failed" or "not run" (another one failed
        before, and the batch was to stop then).
    hashes : dict; SHA-256 of each output, by file
    message : str; why it failed, in one line
    seconds : float; how long it took
    attempts : int; how often it was begun; more than once after a crash
    peak_memory : int or None; bytes at most, where it is known
    n_figures : int; pictures in the outputs
    """

    job: Job
    status: str
    hashes: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    seconds: float = 0.0
    attempts: int = 1
    peak_memory: int | None = None
    n_figures: int = 0


@dataclass(frozen=True)
class RunConfig:
    """How a batch is run."""

    # Processes on this machine; without effect on others, which have as many as they have.
    n_jobs: int = 1
    timeout: int | None = 600  # seconds a cell may take
    memory: int | None = None  # bytes a report may take. Needs forks: without them it is refused.
    scheduler: str = ""  # address of a Dask scheduler, as "tcp://host:8786"; empty for this machine
    # What workers on other machines must share with this one (`parstats.reports.batch.versions`).
    state: Mapping[str, Any] = field(default_factory=dict)
    # Called once in the process that is forked, to look up what all reports look up. It may not
    # compute with several threads: they are missing after a fork.
    prepare: Callable[[], None] | None = None


@dataclass(frozen=True)
class RunResult:
    """A job and its outcome: seconds, attempts, and peak memory in bytes."""

    job: Job
    produced: Produced
    seconds: float
    attempts: int = 1
    peak_memory: int | None = None
