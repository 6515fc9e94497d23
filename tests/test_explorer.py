"""The explorer: its data are the published ones, and its page needs nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import parstats as ps
from parstats import storage
from parstats.reports.site import explorer_data, explorer_page

pytest.importorskip("vl_convert")


@pytest.fixture(scope="module")
def data(data_folder: Path) -> dict:
    return explorer_data.explorer_data(["PAPI", "PAR INDEX"])


def year_of(data: dict, index: str, year: int) -> dict:
    described = next(each for each in data["indices"] if each["index"] == index)
    return next(each for each in described["years"] if each["year"] == year)


def test_scores_are_rounded_without_changing_a_rank(data: dict, scores: pd.DataFrame) -> None:
    for year in (2011, 2018, 2024):
        cells = year_of(data, "PAPI", year)
        codes = [unit["code"] for unit in data["sets"]["63"]["units"]]
        for series, column in cells["series"].items():
            held = pd.Series(column["scores"], index=codes, dtype=float).dropna()
            ranks = ps.panel.ranks(scores, year, series).set_index("province")
            mine = held.rank(method="min", ascending=False).astype(int)
            assert mine.to_dict() == ranks["rank"].to_dict(), (year, series)
            assert np.allclose(held, ranks["score"].reindex(held.index), atol=1e-4)


def test_what_if_has_the_weights_and_totals_of_python(data: dict, scores: pd.DataFrame) -> None:
    parts = year_of(data, "PAPI", 2024)["parts"]
    assert len(parts["series"]) == 28
    assert set(parts["weights"]) == {1.0}
    codes = [data["sets"]["63"]["units"][at]["code"] for at in parts["units"]]
    totals = ps.panel.ranks(scores, 2024).set_index("province")["score"]
    assert np.allclose(parts["totals"], totals.reindex(codes), atol=1e-9)


def test_a_year_that_carries_no_arithmetic_has_none(data: dict) -> None:
    assert year_of(data, "PAR INDEX", 2024)["parts"] is None


def test_lines_are_cut_as_in_the_chart(data: dict) -> None:
    papi = next(each for each in data["indices"] if each["index"] == "PAPI")
    years = [each["year"] for each in papi["years"]]
    segments = dict(zip(years, papi["segments"]["papi"], strict=True))
    assert segments[2017] != segments[2018]
    assert segments[2023] == segments[2024]


@pytest.fixture(scope="module")
def page(data_folder: Path) -> str:
    return explorer_page.explorer_page(["PAPI"], lang="vi")


def test_the_page_loads_nothing_and_is_light(page: str) -> None:
    assert len(page.encode()) < 1_600_000
    markup = re.sub(r"<script>.*?</script>", "<script></script>", page, flags=re.DOTALL)
    assert not re.search(r"""(src|href)=["'](?!data:|index\.html)""", markup)
    assert "@import" not in markup
    assert "http" not in markup


def test_the_page_is_the_same_every_time(page: str) -> None:
    assert explorer_page.explorer_page(["PAPI"], lang="vi") == page


def test_all_texts_are_there_in_both_languages(page: str) -> None:
    content = re.search(r"const PAGE = (\{.*\});</script>", page)
    assert content is not None
    texts = json.loads(content[1])["texts"]
    assert texts["vi"].keys() == texts["en"].keys()
    scripts = page[content.end() :]
    said = set(re.findall(r'say\(\s*"(\w+)"', scripts)) | set(
        re.findall(r'data-(?:say|label)="(\w+)"', page)
    )
    assert said <= texts["vi"].keys()


def test_without_the_library_the_page_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, data_folder: Path
) -> None:
    monkeypatch.setattr(explorer_page, "_library", str)
    page = explorer_page.explorer_page(["PAPI"], lang="en")
    assert 'pip install "parstats[explore]"' in page
    assert "<script" not in page


def test_it_is_written_anew_only_when_what_it_is_made_from_has_changed(
    tmp_path: Path, data_folder: Path
) -> None:
    key = explorer_page.made_from(["PCI"], "vi", "state")
    path = explorer_page.write_explorer(tmp_path, ["PCI"], lang="vi", key=key)
    written = storage.sha256(path)
    assert explorer_page.is_current(path, key, written)
    assert not explorer_page.is_current(
        path, explorer_page.made_from(["PCI"], "en", "state"), written
    )
    assert not explorer_page.is_current(path, key, None)
    path.write_text("changed", encoding="utf-8")
    assert not explorer_page.is_current(path, key, written)
