"""Write constraints.txt: one version of every package, for each Python the project runs on.

Run by ``make constraints``. For each Python, pip resolves what pyproject.toml names (dependencies
and all extras) without installing anything; the answers are checked and merged into lines with
``python_version`` markers. Standard library only; pip must be importable.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
HEADER = """\
# One tested version of every package that parstats, its lab and its dev tools install.
# Written by `make constraints` (.ci/constraints.py) from pyproject.toml; not edited by hand.
# Resolved for CPython {pythons} on Linux x86_64, wheels only. What only other
# systems install (appnope, colorama, pywin32, pywinpty, ...) is left free.
"""

# pip decides by the Python it runs on whether a requirement with a marker counts, and (some
# versions) whether a package supports the Python asked for. Here it is told the Python asked for.
PIP_AS = """
import runpy, sys
python = sys.argv.pop(1)
from pip._internal.resolution.resolvelib import candidates
from pip._vendor.packaging import markers
environment = markers.default_environment
markers.default_environment = lambda: {
    **environment(), "python_version": python, "python_full_version": python + ".0"
}
make = candidates.RequiresPythonCandidate.__init__
candidates.RequiresPythonCandidate.__init__ = lambda self, _: make(
    self, tuple(int(part) for part in (python + ".0").split("."))
)
sys.argv[0] = "pip"
runpy.run_module("pip", run_name="__main__")
"""


def canonical(name: str) -> str:
    """Name of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> list[str]:
    """List what pyproject.toml names: dependencies and every extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in project.get("optional-dependencies", {}).values():
        wanted += extra
    own = canonical(project["name"])
    return [want for want in wanted if canonical(re.split(r"[^\w.-]", want)[0]) != own]


def resolve(python: str, wanted: list[str]) -> list[dict[str, Any]]:
    """Ask pip what it would install for `wanted` on one Python: the metadata of every package."""
    with tempfile.TemporaryDirectory() as target:
        report = Path(target) / "report.json"
        options = ["--dry-run", "--ignore-installed", "--only-binary=:all:", "-qq"]
        options += ["--python-version", python, "--target", target, "--report", str(report)]
        pip = [sys.executable, "-c", PIP_AS, python, "install"]
        if subprocess.run([*pip, *options, *wanted], check=False).returncode:
            sys.exit(f"no set of wheels for Python {python} (above); constraints.txt is unchanged")
        return [item["metadata"] for item in json.loads(report.read_text("utf-8"))["install"]]


def check_closed(python: str, wanted: list[str], found: list[dict[str, Any]]) -> None:
    """Stop unless every requirement that counts on this Python is met by a package found."""
    from pip._vendor.packaging.markers import default_environment
    from pip._vendor.packaging.requirements import Requirement
    from pip._vendor.packaging.specifiers import SpecifierSet

    environment = dict(default_environment())
    environment |= {"python_version": python, "python_full_version": f"{python}.0"}
    by_name = {canonical(item["name"]): item for item in found}
    seen: set[tuple[str, str]] = set()
    waiting = [("pyproject.toml", "", Requirement(want)) for want in wanted]
    while waiting:
        parent, extra, need = waiting.pop()
        if need.marker and not need.marker.evaluate({**environment, "extra": extra}):
            continue
        item = by_name.get(canonical(need.name))
        if item is None or not need.specifier.contains(item["version"], prereleases=True):
            sys.exit(f"Python {python}: {parent} needs {need}; found {item and item['version']}")
        if not SpecifierSet(item.get("requires_python", "")).contains(f"{python}.0"):
            sys.exit(f"{item['name']} {item['version']} does not support Python {python}")
        for asked in {"", *need.extras} - {name for who, name in seen if who == item["name"]}:
            seen.add((item["name"], asked))
            waiting += [
                (item["name"], asked, Requirement(line)) for line in item.get("requires_dist", [])
            ]


def lines(name: str, versions: list[str | None]) -> list[str]:
    """Constraint lines of one package, from its version on each of `PYTHONS`.

    The oldest and the newest group are open to older and newer Pythons.
    """
    starts = [i for i, version in enumerate(versions) if i == 0 or version != versions[i - 1]]
    made = []
    for start, end in zip(starts, [*starts[1:], len(versions)], strict=True):
        if versions[start] is None:
            continue
        bounds = [f'python_version >= "{PYTHONS[start]}"'] if start else []
        bounds += [f'python_version < "{PYTHONS[end]}"'] if end < len(versions) else []
        made.append(f"{name}=={versions[start]}" + (f" ; {' and '.join(bounds)}" if bounds else ""))
    return made


def main() -> None:
    """Resolve for every Python, check, merge and write."""
    wanted = declared()
    versions: dict[str, dict[str, str]] = {}
    for python in PYTHONS:
        print(f"resolving for Python {python} ...", flush=True)
        found = resolve(python, wanted)
        check_closed(python, wanted, found)
        for item in found:
            versions.setdefault(canonical(item["name"]), {})[python] = item["version"]
    text = HEADER.format(pythons=", ".join(PYTHONS))
    for name in sorted(versions):
        for line in lines(name, [versions[name].get(python) for python in PYTHONS]):
            text += line + "\n"
    (ROOT / "constraints.txt").write_text(text, encoding="utf-8")
    print(f"constraints.txt: {len(versions)} packages")


if __name__ == "__main__":
    main()
