"""The sidecar of a raw file: the source of its figures, and the hash of the checked file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from parstats import storage
from parstats.errors import InvalidData, Problem
from parstats.reference import frameworks

REQUIRED = ("title", "form", "producer", "page", "obtained", "date_accessed", "licence", "sha256")
FORMS = (
    "scores",
    "printed",
    "statistics",
    "conflicts",
    "vn-par-master",
    "vn-sipas-provincial",
    "vn-provinces-papi",
    "plans",
    "measures",
    "targets",
    "overrides",
)
OBTAINED = ("official", "compiled", "press")


@dataclass(frozen=True)
class Sidecar:
    """Content of a sidecar.

    Attributes
    ----------
    title, producer, page, licence : str
        What the figures are, who made them, where they are, under which terms.
    form, obtained : str
        How to read the file: one of `FORMS`; how the figures were obtained: one of `OBTAINED`.
    date_accessed, sha256 : str; ISO date; hash of the file when the sidecar was written
    replaces : tuple of str; names of files in the same folder that this one replaces
    index : str; index it says its figures are of, empty if it does not say
    coded_by : str; of measures: who coded the rows, one of `parstats.schema.models.CODED_BY`
    """

    title: str
    form: str
    producer: str
    page: str
    obtained: str
    date_accessed: str
    licence: str
    sha256: str
    replaces: tuple[str, ...] = ()
    index: str = ""
    coded_by: str = ""


def sidecar_path(raw: Path) -> Path:
    """Return the path of the sidecar of a raw file: its name with ``.yml`` after it."""
    return raw.with_name(raw.name + ".yml")


def read(raw: Path, name: str) -> Sidecar:
    """Read the sidecar of a raw file.

    `name` is what messages call the raw file. Raises InvalidData if the sidecar is missing, is no
    YAML mapping, lacks a key or has a value that is not allowed.
    """
    sidecar_name = f"{name}.yml"
    try:
        content = yaml.safe_load(sidecar_path(raw).read_text(encoding="utf-8"))
    except FileNotFoundError:
        remedy = f"write {sidecar_name} with {', '.join(REQUIRED)}"
        raise InvalidData(
            [Problem(name, None, None, "no sidecar", "one that tells its source", remedy)]
        ) from None
    except (yaml.YAMLError, ValueError, OSError) as error:  # a ValueError: 2026-13-45
        actual = " ".join(str(error).split())
        raise InvalidData(
            [Problem(sidecar_name, None, None, actual, "YAML in UTF-8", "mend it")]
        ) from None
    if not isinstance(content, dict):
        raise InvalidData(
            [Problem(sidecar_name, None, None, "no keys", "key: value lines", "mend it")]
        )
    problems = [
        Problem(sidecar_name, None, key, "nothing", "a value", "add it")
        for key in REQUIRED
        if content.get(key) in (None, "")
    ]
    for key, allowed in (("form", FORMS), ("obtained", OBTAINED)):
        if content.get(key) is not None and content[key] not in allowed:
            expected = f"one of {', '.join(allowed)}"
            problems.append(
                Problem(sidecar_name, None, key, repr(content[key]), expected, "mend it")
            )
    written_value = content.get("date_accessed")
    if written_value not in (None, "") and not _is_iso_date(str(written_value)):
        expected = "a date as 2026-01-31"
        problems.append(
            Problem(
                sidecar_name, None, "date_accessed", repr(str(written_value)), expected, "mend it"
            )
        )
    if problems:
        raise InvalidData(problems)
    older = content.get("replaces") or []
    return Sidecar(
        **{key: str(content[key]) for key in REQUIRED},
        replaces=tuple(map(str, older if isinstance(older, list) else [older])),
        index=str(content.get("index") or ""),
        coded_by=str(content.get("coded_by") or ""),
    )


def _is_iso_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def draft(raw: Path, index: str, form: str) -> str:
    """Return a sidecar for a file, with the keys a person has to fill in left empty.

    `form` is one of `FORMS`. ``parstats build`` refuses the file until every key has a value.
    """
    today = date.today().isoformat()
    return f"""\
# Fill in what is empty, then put this file beside the other in data/raw/{frameworks.slug(index)}/.
title:  # what the figures are, as: {index} 2025, scores of the provinces
index: {index}
form: {form}
producer:  # who measured them
page:  # address of the page or document, or how the file reached you
obtained:  # official (file of the producer), compiled (by others from several) or press
date_accessed: {today}
licence:  # terms of use, or: none found
# replaces: NAME.csv  # if its figures replace those of another file of the same kind
sha256: {storage.sha256(raw)}
"""


def check_unchanged(raw: Path, name: str, sidecar: Sidecar) -> None:
    """Refuse a raw file that is not the one its sidecar was written for.

    Raises InvalidData if the hash differs.
    """
    actual_hash = storage.sha256(raw)
    if actual_hash != sidecar.sha256:
        raise InvalidData(
            [
                Problem(
                    name,
                    None,
                    None,
                    f"SHA-256 {actual_hash[:12]}...",
                    f"{sidecar.sha256[:12]}... as in {name}.yml",
                    "restore the file; if the change is meant, say so in the sidecar "
                    f"and set sha256: {actual_hash}",
                )
            ]
        )
