"""What the runner is given and what it gives back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parstats import errors, storage

FORMS = ("html", "ipynb")


@dataclass(frozen=True)
class Job:
    """One notebook to run with one set of parameters.

    Attributes
    ----------
    notebook : pathlib.Path
        The notebook; it has one cell tagged ``parameters``.
    parameters : mapping
        Values for that cell.
    stem : str
        Where the outputs go, relative to the output folder and without ending, as
        "papi/2024/vi/20-lang-son". It also names the job.
    title : str
        Title of the page.
    lang : str
        Language of the page.
    forms : tuple of str
        Which of `FORMS` to write; one execution serves all.
    home : str
        Words of the link back to the front page, empty for none.
    """

    notebook: Path
    parameters: Mapping[str, Any]
    stem: str
    title: str
    lang: str
    forms: tuple[str, ...] = ("html",)
    home: str = ""

    def __post_init__(self) -> None:
        for form in self.forms:
            if form not in FORMS:
                raise errors.UnknownChoice("format", form, FORMS)

    def outputs(self) -> dict[str, str]:
        """Output files by form, relative to the output folder."""
        return {form: f"{self.stem}.{form}" for form in self.forms}

    def key(self, state: str) -> str:
        """Hash of everything the outputs depend on.

        Parameters
        ----------
        state : str
            Hash of what all jobs share: data and code.
        """
        about = [
            storage.sha256(self.notebook),
            dict(self.parameters),
            self.title,
            self.lang,
            self.home,
            state,
        ]
        return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Result:
    """What became of a job.

    Attributes
    ----------
    job : Job
        The job.
    status : str
        "done", "current" (up to date, not run again) or "failed".
    hashes : dict
        SHA-256 of each output, by file.
    message : str
        Why it failed, in one line.
    detail : str
        The whole traceback, for the log.
    seconds : float
        How long it took.
    """

    job: Job
    status: str
    hashes: dict[str, str] = field(default_factory=dict)
    message: str = ""
    detail: str = ""
    seconds: float = 0.0
