"""Slow: the whole batch of the newest year, every page checked against the tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import parstats as ps
from parstats.reference.labels import number
from parstats.reports import render, verify
from parstats.reports.batch import versions
from parstats.reports.catalogue import province_reports, release

# Kept between runs, so that an interrupted run goes on where it stopped.
FOLDER = Path(__file__).parent.parent / "build" / "slow-reports"


@pytest.fixture(scope="module")
def batch(scores):
    year = int(scores["year"].max())
    jobs = province_reports.jobs(list(ps.provinces.by_code()), "PAPI", year, "vi", ["html"])
    results = render(jobs, FOLDER, state=versions.current(), n_jobs=2, resume=True)
    release.write_front_page(FOLDER, lang="vi")
    return year, results


@pytest.mark.slow
def test_every_province_has_a_page_with_its_own_numbers(batch, scores):
    year, results = batch
    assert [result.status for result in results if result.status == "failed"] == []
    assert len(results) == 63
    ranking = ps.panel.ranks(scores, year).set_index("province")
    both = ps.panel.common_provinces(scores, year, year - 1)
    for result in results:
        code = result.job.parameters["province"]
        text = (FOLDER / f"{result.job.stem}.html").read_text(encoding="utf-8")
        assert f"<h1>{ps.provinces.by_code()[code].names['vi']}: PAPI {year}" in re.sub(
            r' id="[^"]*"', "", text
        )
        pictures = text.count('role="img" aria-label=')
        if code in ranking.index:
            row = ranking.loc[code]
            # Without a total the year before there is no movement to draw.
            assert pictures == (6 if code in both else 5)
            assert f"<b>{number(row['score'], 'vi')}</b>" in text
            assert f"<b>{int(row['rank'])} / {len(ranking)}</b>" in text
        else:
            assert pictures == 1
            assert f"PAPI {year} không có kết quả của" in text


@pytest.mark.slow
def test_the_batch_verifies_and_its_front_page_links_every_page(batch):
    assert verify(FOLDER) == []
    front = (FOLDER / "index.html").read_text(encoding="utf-8")
    _, results = batch
    for result in results:
        assert f'href="{result.job.stem}.html"' in front


@pytest.mark.slow
def test_a_page_rendered_again_has_the_same_bytes(batch, tmp_path):
    _, results = batch
    again = render([results[0].job], tmp_path / "again", state=versions.current())
    name = f"{results[0].job.stem}.html"
    assert again[0].status == "done"
    assert (tmp_path / "again" / name).read_bytes() == (FOLDER / name).read_bytes()
