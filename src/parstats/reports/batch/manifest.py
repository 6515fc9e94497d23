"""The manifest of an output folder: every file in it with its provenance."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parstats import errors, storage
from parstats.reports.batch import outputs

NAME = "manifest.json"
_GENERATOR = "parstats report"


@dataclass
class Manifest:
    """Reports of an output folder, by stem, and the states they were made from."""

    folder: Path  # the output folder
    # For each stem: status, message, key, state (hash of data, code and versions it was made from),
    # notebook, parameters, title, outputs (file to SHA-256), unfinished (of a report that failed:
    # its page up to there, empty if there is none).
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    # What each hash of a state is of.
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    # SHA-256 of the pages over the reports, as the front page, by file.
    site: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> Manifest:
        """Open the manifest of a folder with reports, or of an empty or new one.

        Raises OutputRefused if the folder or one it lies in is a file, or it holds files but no
        manifest of ours.
        """
        for folder_ in (folder, *folder.parents) if outputs.is_local(folder) else ():
            if outputs.is_occupied(folder_):
                what = "a link that leads nowhere" if folder_.is_symlink() else "a file"
                raise errors.OutputRefused(f"{folder_} is {what}; name a folder for the reports")
        if not folder.exists() or not any(folder.iterdir()):
            return cls(folder)
        content = cls._read(folder)
        if content is None:
            raise errors.OutputRefused(
                f"{folder} holds files that parstats did not make; name an empty or a new folder"
            )
        return cls(folder, content["reports"], content["states"], content["site"])

    @staticmethod
    def _read(folder: Path) -> dict[str, Any] | None:
        try:
            content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        ours = isinstance(content, dict) and content.get("made_by") == _GENERATOR
        return content if ours and content.keys() >= {"reports", "states", "site"} else None

    def is_current(self, stem: str, key: str, outputs: list[str]) -> bool:
        """Return whether a report was made from the same inputs and its files are untouched."""
        report = self.reports.get(stem)
        if not report or report["status"] != "done" or report["key"] != key:
            return False
        return all(
            name in report["outputs"]
            and (self.folder / name).is_file()
            and storage.sha256(self.folder / name) == report["outputs"][name]
            for name in outputs
        )

    def record(self, stem: str, report: dict[str, Any]) -> None:
        """Record the result of a report.

        Files of an earlier run stay if they were made from the same inputs; else they are removed,
        so that no old page passes for a new one.
        """
        before = self.reports.get(stem, {"key": None, "outputs": {}})
        stale = {n: h for n, h in before["outputs"].items() if n not in report["outputs"]}
        if before["key"] == report["key"] and report["status"] == "done":
            report = {**report, "outputs": {**stale, **report["outputs"]}}
        else:
            for name in stale:
                (self.folder / name).unlink(missing_ok=True)
        self.reports[stem] = report

    def outdated(self, state: str) -> int:
        """Count the finished reports made from another state of data, code or versions."""
        return sum(r["status"] == "done" and r["state"] != state for r in self.reports.values())

    def write(self) -> None:
        """Write the manifest, whole or not at all."""
        used = {report["state"] for report in self.reports.values()}
        content = {
            "made_by": _GENERATOR,
            "states": {key: self.states[key] for key in sorted(used)},
            "site": dict(sorted(self.site.items())),
            "reports": dict(sorted(self.reports.items())),
        }
        json_text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        outputs.write(self.folder / NAME, json_text.encode())


def verify(folder: Path) -> list[str]:
    """Check the files of a rendered batch against its manifest.

    Parameters
    ----------
    folder : pathlib.Path; an output folder of ``parstats report``

    Returns
    -------
    list of str: faults, one line per file; empty if all is as it was written.

    Raises
    ------
    OutputRefused: if the folder has no manifest of ours
    """
    content = Manifest._read(folder)
    if content is None:
        raise errors.OutputRefused(f"{folder} has no {NAME} written by parstats report")
    wrong = []
    for stem, report in content["reports"].items():
        if report["status"] == "failed":
            wrong.append(f"{stem}: failed when it was rendered ({report['message']})")
    hash_by_file = dict(content["site"])
    for report in content["reports"].values():
        hash_by_file |= report["outputs"]
    for name, written in sorted(hash_by_file.items()):
        path = folder / name
        if not path.is_file():
            wrong.append(f"{name}: missing")
        elif storage.sha256(path) != written:
            wrong.append(f"{name}: changed since it was written")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name not in hash_by_file and name != NAME and not name.startswith("logs/"):
            wrong.append(f"{name}: not written by parstats report")
    return wrong
