"""The manifest of an output folder: every file in it with its provenance."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parstats import errors, storage
from parstats.reports.batch import outputs

NAME = "manifest.json"
#: Where a damaged manifest is kept when a new one is written.
DAMAGED = "logs/manifest-damaged.json"
_GENERATOR = "parstats report"
_TYPES = {
    **dict.fromkeys(("status", "message", "key", "state", "notebook", "title"), str),
    **dict.fromkeys(("parameters", "outputs"), dict),
}


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
    # What is wrong with the manifest in the folder, if it cannot be used.
    damage: str = ""

    @classmethod
    def open(cls, folder: Path) -> Manifest:
        """Open the manifest of a folder with reports, or of an empty or new one.

        A damaged one counts as one without reports: all are rendered anew, and it is kept as
        `DAMAGED`. Raises OutputRefused if the folder or one it lies in is a file, it holds files
        but no manifest of ours, or the manifest names files outside the folder.
        """
        for folder_ in (folder, *folder.parents) if outputs.is_local(folder) else ():
            if outputs.is_occupied(folder_):
                what = "a link that leads nowhere" if folder_.is_symlink() else "a file"
                raise errors.OutputRefused(f"{folder_} is {what}; name a folder for the reports")
        if not folder.exists() or not any(folder.iterdir()):
            return cls(folder)
        try:
            content = _read(folder)
        except _DamagedManifest as damage:
            return cls(folder, damage=str(damage))
        if content is None:
            raise errors.OutputRefused(
                f"{folder} holds files that parstats did not make; name an empty or a new folder"
            )
        return cls(folder, content["reports"], content["states"], content["site"])

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
                if (path := outputs.inside(self.folder, name)).is_file():
                    path.unlink()
        self.reports[stem] = report

    def outdated(self, state: str) -> int:
        """Count the finished reports made from another state of data, code or versions."""
        return sum(r["status"] == "done" and r["state"] != state for r in self.reports.values())

    def write(self) -> None:
        """Write the manifest, whole or not at all; a damaged one is kept beside the logs."""
        if self.damage:
            outputs.write(self.folder / DAMAGED, (self.folder / NAME).read_bytes())
            self.damage = ""
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
    OutputRefused: if the folder has no manifest of ours, or one that is damaged or names files
        outside the folder
    """
    try:
        content = _read(folder)
    except _DamagedManifest as damage:
        raise errors.OutputRefused(
            f"{folder / NAME} is damaged ({damage}); `parstats report --resume` writes it anew"
        ) from None
    if content is None:
        raise errors.OutputRefused(f"{folder} has no {NAME} written by parstats report")
    wrong = [
        f"{stem}: failed when it was rendered ({report['message']})"
        for stem, report in content["reports"].items()
        if report["status"] == "failed"
    ]
    hash_by_file = dict(content["site"])
    for report in content["reports"].values():
        hash_by_file |= report["outputs"]
    return wrong + _changed(folder, hash_by_file) + _unlisted(folder, hash_by_file)


def _changed(folder: Path, hash_by_file: dict[str, str]) -> list[str]:
    wrong = []
    for name, written in sorted(hash_by_file.items()):
        path = folder / name
        if not path.is_file():
            wrong.append(f"{name}: missing")
        elif storage.sha256(path) != written:
            wrong.append(f"{name}: changed since it was written")
    return wrong


def _unlisted(folder: Path, hash_by_file: dict[str, str]) -> list[str]:
    wrong = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name not in hash_by_file and name != NAME and not name.startswith("logs/"):
            wrong.append(f"{name}: not written by parstats report, or by a run that was cut off")
    return wrong


class _DamagedManifest(Exception):
    """What is wrong with a manifest of ours."""


def _read(folder: Path) -> dict[str, Any] | None:
    """Return the content of a folder's manifest; None if it has none of ours.

    Raises _DamagedManifest, and OutputRefused if it cannot be opened or names files outside the
    folder.
    """
    path = folder / NAME
    try:
        content_bytes = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return None
    except OSError as problem:
        raise errors.OutputRefused(
            f"{path} cannot be read ({problem.strerror}); make it readable"
        ) from None
    try:
        content = json.loads(content_bytes)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        # Of a cut off file nothing may be left: then the folder shows who wrote it.
        if _GENERATOR.encode() not in content_bytes and not _is_batch(folder):
            return None
        raise _DamagedManifest("cut off or no JSON object" if content_bytes.strip() else "empty")
    if content.get("made_by") != _GENERATOR:
        return None
    _check(content)
    for name in _file_names(content):
        outputs.inside(folder, name, f"{path} names it")
    return content


def _is_batch(folder: Path) -> bool:
    """Return whether a folder holds logs of reports, or nothing but a manifest."""
    return any((folder / "logs").glob("*.log")) or [p.name for p in folder.iterdir()] == [NAME]


def _check(content: dict[str, Any]) -> None:
    """Raise _DamagedManifest if a part is missing or is of another type than we write."""
    for key in ("reports", "states", "site"):
        _check_type(content, key, dict, "")
    for stem, report in content["reports"].items():
        where = f"report {stem}: "
        if not isinstance(report, dict):
            raise _DamagedManifest(f"{where}found {report!r:.40}, expected its record")
        for key, type_ in _TYPES.items():
            _check_type(report, key, type_, where)
        for key in ("unfinished", "lang"):
            _check_type({key: "", **report}, key, str, where)
        for name in report["outputs"]:
            _check_type(report["outputs"], name, str, where)
        if report["status"] not in ("done", "failed"):
            actual = f"found status {report['status']!r:.40}"
            raise _DamagedManifest(f"{where}{actual}, expected done or failed")
        if report["state"] not in content["states"]:
            raise _DamagedManifest(f"{where}its state {report['state']!r:.40} is not listed")
    for name in content["site"]:
        _check_type(content["site"], name, str, "")


def _check_type(content: dict[str, Any], key: str, type_: type, where: str) -> None:
    if not isinstance(content.get(key), type_):
        actual = f"found {content[key]!r:.40}" if key in content else "missing"
        raise _DamagedManifest(f"{where}{key!r:.80} {actual}, expected a {type_.__name__}")


def _file_names(content: dict[str, Any]) -> Iterator[str]:
    yield from content["site"]
    for report in content["reports"].values():
        yield from report["outputs"]
        if report.get("unfinished"):
            yield report["unfinished"]
