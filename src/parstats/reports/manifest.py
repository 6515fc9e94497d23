"""The manifest of an output folder: every file in it with its provenance."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from parstats import errors, storage

NAME = "manifest.json"
_MADE_BY = "parstats report"
_PACKAGES = (
    "parstats",
    "pandas",
    "matplotlib",
    "seaborn",
    "great-tables",
    "papermill",
    "nbconvert",
)


@dataclass
class Manifest:
    """Reports of an output folder, by stem.

    Attributes
    ----------
    folder : pathlib.Path
        The output folder.
    reports : dict
        For each stem: key, parameters, notebook, outputs (file to SHA-256), status, message and
        whatever the caller keeps with it under ``entry``.
    """

    folder: Path
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> Manifest:
        """The manifest of a folder that is ours, empty or not there yet.

        Raises
        ------
        OutputRefused
            If the folder is a file, or holds files but no manifest of ours.
        """
        if folder.exists() and not folder.is_dir():
            raise errors.OutputRefused(f"{folder} is a file; name a folder for the reports")
        if not folder.exists() or not any(folder.iterdir()):
            return cls(folder)
        content = cls._read(folder)
        if content is None:
            raise errors.OutputRefused(
                f"{folder} holds files that parstats did not make; name an empty or a new folder"
            )
        return cls(folder, dict(content["reports"]))

    @staticmethod
    def _read(folder: Path) -> dict[str, Any] | None:
        try:
            content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(content, dict) or content.get("made_by") != _MADE_BY:
            return None
        return content

    def is_current(self, stem: str, key: str, outputs: list[str]) -> bool:
        """Whether a report was made from the same inputs and its files are untouched."""
        known = self.reports.get(stem)
        if not known or known["status"] != "done" or known["key"] != key:
            return False
        return all(
            name in known["outputs"]
            and (self.folder / name).is_file()
            and storage.sha256(self.folder / name) == known["outputs"][name]
            for name in outputs
        )

    def write(self, inputs: dict[str, Any]) -> None:
        """Write the manifest, whole or not at all.

        Parameters
        ----------
        inputs : dict
            Hashes of the data and code the newest run used.
        """
        content = {
            "made_by": _MADE_BY,
            "versions": {name: metadata.version(name) for name in _PACKAGES},
            "inputs": inputs,
            "reports": dict(sorted(self.reports.items())),
        }
        storage.write_json(self.folder / NAME, content)


def verify(folder: Path) -> list[str]:
    """Check the files of a rendered batch against its manifest.

    Parameters
    ----------
    folder : pathlib.Path
        An output folder of ``parstats report``.

    Returns
    -------
    list of str
        What is wrong, a line a file; empty if all is as it was written.

    Raises
    ------
    OutputRefused
        If the folder has no manifest of ours.
    """
    content = Manifest._read(folder)
    if content is None:
        raise errors.OutputRefused(f"{folder} has no {NAME} written by parstats report")
    wrong = []
    for stem, report in content["reports"].items():
        if report["status"] == "failed":
            wrong.append(f"{stem}: failed when it was rendered ({report['message']})")
        for name, known in report["outputs"].items():
            path = folder / name
            if not path.is_file():
                wrong.append(f"{name}: missing")
            elif storage.sha256(path) != known:
                wrong.append(f"{name}: changed since it was written")
    return wrong
