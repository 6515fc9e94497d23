"""Inputs shared by all reports: data, code, versions."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from parstats import storage


def current() -> dict[str, Any]:
    """Return the state of this machine.

    Hashes of the raw files that the tables were built from and of the package's own files, and the
    versions that a page depends on. Raises DataNotBuilt if `parstats build` has not been run.
    """
    built_from = storage.read_descriptor(storage.data_folder().processed)["parstats"]
    return {**built_from, "package": storage.code_hash(), "versions": versions()}


def versions() -> dict[str, str]:
    """Return the versions of Python, of parstats, and of every package that parstats depends on.

    They are read from the metadata of the installed package, so that a new dependency counts
    without being listed anywhere. Extras are left out: no page is made with them alone.
    """
    required = [line for line in metadata.requires("parstats") or () if "extra ==" not in line]
    names = ["parstats", *sorted(re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in required)]
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        **{name: metadata.version(name) for name in names},
    }


def hash_state(state: Mapping[str, Any]) -> str:
    """Return the hash by which a manifest names what reports were made from."""
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


def differences(here: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """Return the differences between two machines, by name.

    What only one of them names is no difference.

    >>> differences({"package": "a", "versions": {"pandas": "3.1"}}, {"package": "b"})
    ['package']
    """
    return sorted(key for key in here.keys() & there.keys() if here[key] != there[key])
