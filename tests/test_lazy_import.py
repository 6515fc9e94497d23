"""``import parstats`` is light; what it offers is complete and comes when asked for."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import parstats

HEAVY = {"pandas", "numpy", "matplotlib", "seaborn", "pandera", "scipy", "sklearn", "pyarrow"}


def run(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    return done.stdout.strip()


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import json, sys; before = set(sys.modules); import parstats;"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    loaded = json.loads(run(code))
    assert not {name.partition(".")[0] for name in loaded} & HEAVY
    assert [name for name in loaded if name.startswith("parstats")] == ["parstats"]


def test_matching_names_needs_no_data_frames() -> None:
    code = (
        "import sys, parstats; parstats.match_province('TP.HCM');"
        "print(sorted({'pandas', 'pyarrow', 'matplotlib'} & set(sys.modules)))"
    )
    assert run(code) == "[]"


def test_listing_the_names_loads_nothing() -> None:
    code = (
        "import sys, parstats; print(sorted(dir(parstats)) == sorted(parstats.__all__),"
        "'pandas' in sys.modules)"
    )
    assert run(code) == "True False"


@pytest.mark.parametrize("name", parstats.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert name in dir(parstats)
    assert getattr(parstats, name) is not None


def test_public_names_include_those_of_the_readme_examples() -> None:
    assert {
        "ParstatsError",
        "build",
        "drivers",
        "frameworks",
        "labels",
        "load_provinces",
        "load_scores",
        "match_province",
        "match_provinces",
        "panel",
    } <= set(dir(parstats))


def test_every_name_of_a_room_resolves() -> None:
    for room in (parstats.panel, parstats.drivers, parstats.stats):
        assert sorted(room.__all__) == sorted(set(room.__all__))
        assert all(callable(getattr(room, name)) for name in room.__all__)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'parstats' has no attribute 'no_such'"):
        _ = parstats.no_such
    with pytest.raises(ImportError):
        from parstats import no_such  # noqa: F401


def test_version_is_that_of_the_installed_package() -> None:
    from importlib.metadata import version

    assert parstats.__version__ == version("parstats")
