"""What next year's data break: invented figures of 2025, added to a copy of the checkout.

    python -m tests.next_year --figures

copies what git knows of the checkout to ``build/next-year``, adds there what `CONTRIBUTING.md`
("Adding a year of data") asks for, and runs the tests of the copy. Facts about today's release
stand in ``tests/release``: if a test outside it fails, it says more than it should, is listed, and
the command ends with 1. ``--measure-type`` and ``--verdict`` do the same for a new type of
measure and for other thresholds of a verdict.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "next-year"
RELEASE = "tests/release/"
LAST, NEXT = 2024, 2025
# No figures of it, as happens every year.
MISSING = "82"
# A page of a host that is listed (reference/source_hosts.csv).
SOURCE = "https://papi.org.vn/next-year"
# Series of printed overall scores, and the mean and spread that they are invented with.
PRINTED = {"sipas": (84.0, 2.5), "par": (88.5, 2.0)}


def copy_checkout(folder: Path) -> None:
    """Copy the files that git knows, as they are now, and nothing else."""
    if folder.exists():
        shutil.rmtree(folder)
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in names.split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def replace(path: Path, pattern: str, new: str) -> None:
    """Change a line of a file; it must be there."""
    text, found = re.subn(pattern, new, path.read_text(encoding="utf-8"), flags=re.M)
    assert found, f"{path}: no {pattern}"
    path.write_text(text, encoding="utf-8")


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def units(folder: Path) -> pd.DataFrame:
    """Codes and names of the provinces since July 2025."""
    table = read(folder / "src/parstats/reference/provinces.csv")
    return table.loc[table["vintage"] == "34", ["province", "name_vi"]]


def papi_scores(folder: Path, random: np.random.Generator) -> pd.DataFrame:
    """Sub-dimensions of next year: this year's, weighed where provinces merged, and some noise."""
    old = read(folder / f"data/raw/papi/papi_{LAST}.csv")
    wide = old.astype({"score": float}).pivot_table("score", "province", "series")
    mean, spread = wide.mean(), wide.std()
    mergers = read(folder / "src/parstats/reference/mergers.csv").set_index("province")
    weight = mergers["weight_2020"].astype(float).reindex(wide.index)
    into = mergers["province_2025"].reindex(wide.index)
    wide = wide.mul(weight, axis=0).groupby(into).sum().div(weight.groupby(into).sum(), axis=0)
    provinces = units(folder)
    wide = wide.reindex(provinces["province"]).fillna(mean).drop(MISSING)
    wide += random.normal(0, 0.2, wide.shape) * spread.to_numpy()
    frame = read(folder / "src/parstats/reference/frameworks/papi.csv")
    frame = frame[frame["year_to"] == str(LAST)].set_index("series")
    for series in wide:
        limits = frame.loc[series, ["min_points", "max_points"]].astype(float)
        wide[series] = wide[series].clip(*limits)
    table = wide[list(dict.fromkeys(old["series"]))].stack().rename("score").reset_index()
    table.columns = ["province", "series", "score"]
    table["province_name"] = table["province"].map(provinces.set_index("province")["name_vi"])
    table["score"] = table["score"].round(6)
    return table.assign(year=NEXT)[["year", "province", "province_name", "series", "score"]]


def printed_scores(folder: Path, series: str, random: np.random.Generator) -> pd.DataFrame:
    """Overall scores and ranks of all provinces, in the form of the press figures."""
    table = units(folder).rename(columns={"name_vi": "province_name"})
    table["score"] = random.normal(*PRINTED[series], len(table)).clip(60, 99).round(2)
    table["rank"] = table["score"].rank(ascending=False, method="min").astype(int)
    return table.assign(
        year=NEXT,
        unit="",
        series=series,
        scale="points",
        n_ranked=len(table),
        basis_score="printed",
        basis_rank="printed",
        source=SOURCE,
        note="",
    )[list(read(folder / f"data/raw/{series}/{series}_printed.csv"))]


def put(folder: Path, table: pd.DataFrame, name: str, like: str) -> None:
    """Write a raw file, and its sidecar after that of another one."""
    path = folder / "data/raw" / name
    table.to_csv(path, index=False)
    sidecar = yaml.safe_load((folder / "data/raw" / f"{like}.yml").read_text(encoding="utf-8"))
    sidecar |= {
        "title": f"invented figures of {NEXT}",
        "years": [NEXT],
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    text = yaml.safe_dump(sidecar, allow_unicode=True, sort_keys=False)
    path.with_name(f"{path.name}.yml").write_text(text, encoding="utf-8")


def add_year(folder: Path) -> None:
    """Add figures of next year, of three indices, and what the reference tables say of them."""
    random = np.random.default_rng(NEXT)
    papi = papi_scores(folder, random)
    put(folder, papi, f"papi/papi_{NEXT}.csv", f"papi/papi_{LAST}.csv")
    for series in PRINTED:
        printed = printed_scores(folder, series, random)
        put(folder, printed, f"{series}/{series}_{NEXT}.csv", f"{series}/{series}_printed.csv")
    reference = folder / "src/parstats/reference"
    frame = read(reference / "frameworks/papi.csv")
    frame["year_to"] = frame["year_to"].replace(str(LAST), str(NEXT))
    frame.to_csv(reference / "frameworks/papi.csv", index=False)
    gaps = read(reference / "gaps.csv")
    gap = gaps.iloc[-1].to_dict() | {"year": NEXT, "vintage": 34, "province": MISSING}
    pd.concat([gaps, pd.DataFrame([gap])]).to_csv(reference / "gaps.csv", index=False)


def add_measure_type(folder: Path) -> None:
    """Add a type of measure."""
    path = folder / "src/parstats/reference/measure_types.csv"
    table = read(path)
    new = table.iloc[-1].to_dict() | {
        "measure_type": "INVENTED",
        "label_vi": "Loại mới",
        "label_en": "A new type",
        "cue_words": "từ chưa ai viết",
        "further_cues": "",
    }
    pd.concat([table.iloc[:1], pd.DataFrame([new]), table.iloc[1:]]).to_csv(path, index=False)


def change_verdict(folder: Path) -> None:
    """Ask for more before a verdict is given."""
    path = folder / "src/parstats/remedies/association/verdict.py"
    replace(path, r"^(LEAST_PROVINCES = )\d+$", r"\g<1>12")
    replace(path, r"^(LARGEST_DETECTABLE = )[\d.]+$", r"\g<1>0.4")


def failures(report: Path) -> tuple[int, list[str]]:
    """Number of tests in a report of pytest, and the tests that failed."""
    cases = list(ElementTree.parse(report).iter("testcase"))
    bad = [case for case in cases if {child.tag for child in case} & {"failure", "error"}]
    names = [f"{case.get('file') or case.get('classname')}::{case.get('name')}" for case in bad]
    return len(cases), sorted(set(names))


def run(folder: Path, arguments: list[str]) -> int:
    """Run the tests of a copy, list what failed, and say whether that is as it should be."""
    report = folder.with_suffix(".xml")
    report.unlink(missing_ok=True)
    environment = {name: value for name, value in os.environ.items() if name != "PARSTATS_DATA"}
    environment["PYTHONPATH"] = str(folder / "src")
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:warnings"]
    options = ["-o", "junit_family=xunit1", f"--junitxml={report}", *arguments]
    log = folder.with_suffix(".txt")
    with log.open("wb") as output:
        subprocess.run(
            [*command, *options], cwd=folder, env=environment, stdout=output, check=False
        )
    if not report.exists():
        print(f"no tests ran: see {log.relative_to(ROOT)}")
        return 1
    n_tests, failed = failures(report)
    outside = [name for name in failed if not name.startswith(RELEASE)]
    inside = len(failed) - len(outside)
    print(f"{folder.name}: {n_tests} tests; {inside} failed in {RELEASE}, {len(outside)} outside")
    for name in outside:
        print(f"  {name}")
    if outside:
        print(f"These say more about today's release than they should: see {log.relative_to(ROOT)}")
    return 1 if outside or not n_tests else 0


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--figures", action="store_true", help="add figures of the 34 provinces")
    kind.add_argument("--measure-type", action="store_true", help="add a type of measure instead")
    kind.add_argument("--verdict", action="store_true", help="change a verdict's numbers instead")
    chosen, arguments = parser.parse_known_args()
    change: Callable[[Path], None]
    if chosen.figures:
        name, change = str(NEXT), add_year
    elif chosen.measure_type:
        name, change = "measure-type", add_measure_type
    else:
        name, change = "verdict", change_verdict
    folder = BUILD / name
    copy_checkout(folder)
    change(folder)
    return run(folder, arguments)


if __name__ == "__main__":
    sys.exit(main())
