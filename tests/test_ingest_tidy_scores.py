"""Tidy score files: what is read from a good one. What is refused: test_bad_input."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parstats.errors import InvalidData
from parstats.ingest.known_files import tidy_scores
from parstats.reference import frameworks
from parstats.reference.provinces import by_code

SCALE = frameworks.by_year()


def test_a_published_file_reads_as_it_stands(data_folder: Path) -> None:
    path = data_folder / "raw" / "papi" / "papi_2018.csv"
    table = tidy_scores.read(path, "PAPI")
    plain = pd.read_csv(path, dtype={"province": str})
    assert table.columns.tolist() == [
        "year",
        "vintage",
        "province",
        "unit",
        "series",
        "score",
        "rank_printed",
        "n_ranked_printed",
        "n",
        "se",
        "is_derived",
    ]
    for column in ("year", "province", "series", "score"):
        assert table[column].tolist() == plain[column].tolist()
    assert table.index.tolist() == list(range(2, len(plain) + 2)), "rows as a spreadsheet counts"
    assert table[["rank_printed", "n_ranked_printed", "n", "se"]].isna().all().all()
    assert set(table["vintage"]) == {63}
    assert set(table["unit"]) == {""}


def test_respondents_and_standard_errors_are_read_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "year,province,series,score,n,se,note\n"
        "2024,20,papi.services.public_health,1.9,1200,0.05,as printed\n"
        "2024,Đà Nẵng,papi.services.public_health,2e0,-,n/a,\n",
        encoding="utf-8",
    )
    table = tidy_scores.read(path, "PAPI")
    assert table["province"].tolist() == ["20", "48"]
    assert table["score"].tolist() == [1.9, 2.0]
    assert table["n"].tolist()[0] == 1200
    assert table["se"].tolist()[0] == 0.05
    assert table[["n", "se"]].iloc[1].isna().all()


def test_a_file_is_called_as_asked_or_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("", encoding="utf-8")
    with pytest.raises(InvalidData) as caught:
        tidy_scores.read(path, "PAPI")
    assert caught.value.problems[0].file == str(path)
    with pytest.raises(InvalidData) as caught:
        tidy_scores.read(path, "PAPI", name="my file")
    assert caught.value.problems[0].file == "my file"


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path, problem in ((tmp_path / "no.csv", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(InvalidData) as caught:
            tidy_scores.read(path, "PAPI", name="x.csv")
        assert str(caught.value.problems[0]).startswith(f"x.csv: found {problem}")
        assert caught.value.problems[0].remedy == "check the path"


@pytest.mark.parametrize(
    "series_year",
    [("papi.services.public_health", 2024), ("papi.transparency.poverty_lists", 2011)],
)
def test_scores_at_the_ends_of_the_scale_pass_and_beyond_do_not(
    tmp_path: Path, series_year: tuple[str, int]
) -> None:
    series, year = series_year
    low, high = SCALE.loc[series_year, ["min_points", "max_points"]]
    path = tmp_path / "a.csv"

    def read(score: float) -> pd.DataFrame:
        path.write_text(f"year,province,series,score\n{year},20,{series},{score!r}\n")
        return tidy_scores.read(path, "PAPI")

    # 0.33 and 3.33 are how one and ten thirds are printed.
    for score in (float(low), float(high), round(float(low), 2), round(float(high), 2)):
        assert read(score)["score"].tolist() == [score]
    for score in (float(low) - 0.01, float(high) + 0.01):
        with pytest.raises(InvalidData, match=r"expected at (most|least)"):
            read(score)


CELLS = [row.Index for row in SCALE.itertuples() if (row.index, row.level) == ("PAPI", "criterion")]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(
        st.tuples(st.sampled_from(CELLS), st.sampled_from(sorted(by_code())), st.integers(0, 1000)),
        min_size=1,
        max_size=12,
        unique_by=lambda cell: cell[:2],
    ),
    by_name=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
)
@pytest.mark.slow
def test_any_valid_table_survives_being_written_and_read(
    tmp_path: Path, cells: list, by_name: bool, end: str
) -> None:
    rows = []
    for (series, year), code, step in cells:
        low, high = SCALE.loc[(series, year), ["min_points", "max_points"]]
        score = round(float(low + (high - low) * step / 1000), 6)
        rows.append((year, code, series, score))
    path = tmp_path / "a.csv"
    lines = ["year,province,series,score"] + [
        f"{year},{by_code()[code].names['vi'] if by_name else code},{series},{score!r}"
        for year, code, series, score in rows
    ]
    # Huế's full name and all others are unambiguous, so names read back to their codes.
    path.write_bytes((end.join(lines) + end).encode())
    table = tidy_scores.read(path, "PAPI")
    columns = ["year", "province", "series", "score"]
    assert list(table[columns].itertuples(index=False, name=None)) == rows


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.text(alphabet='year,province;\n"\t 0', max_size=80).map(str.encode),
    )
)
def test_any_bytes_are_refused_with_a_place_never_with_a_crash(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidData) as caught:
        tidy_scores.read(path, "PAPI", name="a.csv")
    assert all(problem.file == "a.csv" and problem.remedy for problem in caught.value.problems)
