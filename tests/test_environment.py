"""The three lists of packages agree: pyproject.toml, environment.yml, constraints.txt."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]

# Written so that this file does not itself hold what it looks for.
REGISTRY = re.compile(
    r"p[y]pi[.](org|python)|pythonh[o]sted[.]|registry[.]np[m]js|registry[.]y[a]rnpkg|"
    r"(conda|repo)[.]an[a]conda|an[a]conda[.]org|proxy[.]gol[a]ng|cr[a]tes[.]io"
)
MACHINE = re.compile(r"(^|[\s\"'=(])/(w[o]rk|f[a]rm|r[o]ot)/|[.][.]/sh[a]red")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(lines: list[str]) -> dict[str, SpecifierSet]:
    parsed = [Requirement(line) for line in lines]
    return {canonicalize_name(item.name): item.specifier for item in parsed}


def declared() -> list[str]:
    extras = project()["optional-dependencies"].values()
    return [*project()["dependencies"], *(line for extra in extras for line in extra)]


def conda() -> tuple[list[str], list[str]]:
    """What environment.yml takes from conda-forge, and what from pip."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    blocks = [entry["pip"] for entry in entries if isinstance(entry, dict)]
    assert len(blocks) == 1
    return [entry for entry in entries if isinstance(entry, str)], blocks[0]


def constraint_lines() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pins(python: str) -> dict[str, str]:
    """Version of each package pinned for one Python."""
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    versions: dict[str, str] = {}
    for line in constraint_lines():
        item = Requirement(line)
        if item.marker is None or item.marker.evaluate(environment):
            assert canonicalize_name(item.name) not in versions, f"{item.name} twice for {python}"
            versions[canonicalize_name(item.name)] = str(item.specifier).removeprefix("==")
    return versions


def committed_files() -> list[str]:
    try:
        run = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("git is not installed, so the committed files are not known")
    files = [name for name in run.stdout.split("\0") if name]
    if run.returncode or not files:
        pytest.skip("not a git checkout, so the committed files are not known")
    return files


def test_conda_environment_names_what_pyproject_names_with_the_same_bounds():
    packages = requirements(conda()[0])
    assert packages.pop("python") == SpecifierSet(project()["requires-python"])
    packages.pop("pip")
    packages |= requirements([line for line in conda()[1] if line != "-e ."])
    assert packages == requirements(
        [*project()["dependencies"], *project()["optional-dependencies"]["lab"]]
    )


def test_conda_environment_has_what_a_researcher_expects():
    names = set(requirements(conda()[0]))
    assert names >= {"jupyterlab", "pandas", "statsmodels", "seaborn", "scikit-learn", "papermill"}


def test_conda_environment_uses_conda_forge_alone_and_installs_the_checkout_last():
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert content["name"] == "parstats"
    assert content["channels"] == ["conda-forge"]
    assert content["dependencies"][-2] == "pip"
    assert conda()[1][-1] == "-e ."


def test_every_declared_package_has_a_lower_bound():
    for name, bounds in requirements(declared()).items():
        assert any(bound.operator == ">=" for bound in bounds), f"{name} has no lower bound"


@pytest.mark.parametrize("python", PYTHONS)
def test_constraints_pin_every_declared_package_within_its_bounds(python):
    pinned = pins(python)
    for name, bounds in requirements(declared()).items():
        assert name in pinned, f"{name} is not in constraints.txt; run `make constraints`"
        assert bounds.contains(pinned[name]), f"{name} {pinned[name]} for Python {python}: {bounds}"


def test_constraints_pin_what_the_declared_packages_need():
    """Over the packages installed here, for the Python running."""
    pinned = pins(f"{sys.version_info.major}.{sys.version_info.minor}")
    unpinned = set()
    waiting = list(requirements(declared()))
    seen = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        if name not in pinned:
            unpinned.add(name)
        waiting += [
            canonicalize_name(need.name)
            for need in map(Requirement, needs)
            if need.marker is None or need.marker.evaluate({"extra": ""})
        ]
    only_elsewhere = {"appnope", "colorama", "pywin32", "pywinpty"}
    assert not unpinned - only_elsewhere


def test_constraints_are_plain_sorted_pins():
    lines = constraint_lines()
    for line in lines:
        item = Requirement(line)
        assert item.url is None
        assert [bound.operator for bound in item.specifier] == ["=="], line
    names = [canonicalize_name(Requirement(line).name) for line in lines]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("what", "pattern"),
    [("a package registry", REGISTRY), ("a path of one machine", MACHINE)],
    ids=["registry", "machine"],
)
def test_no_committed_file_names(what, pattern):
    naming = []
    for name in committed_files():
        path = ROOT / name
        if name == ".ci/run" or not path.is_file():
            continue
        content = path.read_bytes().decode("utf-8", errors="replace")
        if match := pattern.search(content):
            naming.append(f"{name}: {match[0]}")
    assert not naming, f"{what} is named"
