"""Whole tables of the PAR INDEX and SIPAS, drawn, since only a part of the real ones is public.

Provinces differ by one common factor and by one of each part; both go on from year to year. The
spread is about that of the printed highest and lowest scores of 2022 to 2024, correlations of the
parts and with the year before are about those of the dimensions of PAPI (`tests/test_three_indices.
py` holds them to it). Weights and maxima are invented.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from parstats.reference import frameworks, provinces

#: Correlation of two parts of a year, and of a part with the year before: means of PAPI's.
COMMON, PERSISTENCE = 0.37, 0.66
# Mean and spread of a part, as a share of its highest score.
PAR_LEVEL, PAR_SPREAD = 0.87, 0.036
SIPAS_LEVEL, SIPAS_SPREAD = 82.0, 3.6
# Highest scores of the fields. The framework knows those of 2022 in part; the rest is invented.
PAR_HIGHEST = {
    "par.steering": 9.5,
    "par.institutions": 10.0,
    "par.procedures": 13.0,
    "par.apparatus": 10.5,
    "par.civil_service": 15.0,
    "par.public_finance": 12.0,
    "par.digital_government": 13.5,
    "par.impact": 16.5,
}
# What a criterion has of the points of its field; the criteria that are known are not all.
_CRITERIA_SHARE = 0.5
SIPAS_WEIGHTS = {
    "sipas.policy.accountability": 0.10,
    "sipas.policy.participation": 0.10,
    "sipas.policy.quality": 0.20,
    "sipas.policy.impact": 0.10,
    "sipas.service.access": 0.08,
    "sipas.service.procedures": 0.12,
    "sipas.service.civil_servants": 0.12,
    "sipas.service.result": 0.10,
    "sipas.service.feedback": 0.08,
}
_COLUMNS = ["year", "vintage", "province", "series", "score"]


def factors(n: int, p: int, n_years: int, seed: int) -> list[np.ndarray]:
    """Standard scores of n provinces in p parts, a matrix for each year."""
    rng = np.random.default_rng(seed)
    common, own = rng.normal(size=n), rng.normal(size=(n, p))
    years = []
    for _ in range(n_years):
        years.append(np.sqrt(COMMON) * common[:, None] + np.sqrt(1 - COMMON) * own)
        new = np.sqrt(1 - PERSISTENCE**2)
        common = PERSISTENCE * common + new * rng.normal(size=n)
        own = PERSISTENCE * own + new * rng.normal(size=(n, p))
    return years


def par_index(years: list[int], vintage: int = 63, seed: int = 1) -> pd.DataFrame:
    """PAR INDEX by field, the sum of which is the overall score, and by the criteria known."""
    codes, fields = sorted(provinces.by_code(vintage)), list(PAR_HIGHEST)
    rng = np.random.default_rng([seed, 2])
    rows: list[tuple[object, ...]] = []
    for year, standard in zip(years, factors(len(codes), 8, len(years), seed), strict=True):
        share = (PAR_LEVEL + PAR_SPREAD * standard).clip(0.3, 1.0)
        points = (share * list(PAR_HIGHEST.values())).round(2)
        table = frameworks.in_year("PAR INDEX", year)
        for row, code in enumerate(codes):
            for column, field in enumerate(fields):
                rows.append((year, vintage, code, field, points[row, column]))
                below = table.loc[table["parent"] == field, "series"].tolist()
                for name in below:
                    part = _CRITERIA_SHARE * points[row, column] / len(below)
                    rows.append((year, vintage, code, name, round(part * rng.uniform(0.9, 1), 2)))
            rows.append((year, vintage, code, "par", round(float(points[row].sum()), 2)))
    return pd.DataFrame(rows, columns=_COLUMNS)


def sipas(years: list[int], vintage: int = 63, seed: int = 3) -> pd.DataFrame:
    """SIPAS by component and item, a weighted mean of the components the overall score."""
    codes, rng = sorted(provinces.by_code(vintage)), np.random.default_rng([seed, 2])
    names = list(SIPAS_WEIGHTS)
    rows: list[tuple[object, ...]] = []
    for year, standard in zip(years, factors(len(codes), 9, len(years), seed), strict=True):
        table = frameworks.in_year("SIPAS", year)
        components = [name for name in names if name in set(table["series"])]
        weights = np.array([SIPAS_WEIGHTS[name] for name in components])
        columns = [names.index(name) for name in components]
        scores = (SIPAS_LEVEL + SIPAS_SPREAD * standard[:, columns]).clip(40, 99.5).round(2)
        overall = (scores @ weights / weights.sum()).round(2)
        for row, code in enumerate(codes):
            rows.append((year, vintage, code, "sipas", overall[row]))
            for column, name in enumerate(components):
                rows.append((year, vintage, code, name, scores[row, column]))
                for item in table.loc[table["parent"] == name, "series"]:
                    score = float(np.clip(scores[row, column] + rng.normal(0, 2), 0, 100))
                    rows.append((year, vintage, code, item, round(score, 2)))
    return pd.DataFrame(rows, columns=_COLUMNS)


def put(folder: Path, index: str, table: pd.DataFrame, name: str) -> None:
    """Write a table into ``raw/`` of a data folder, with its sidecar."""
    path = folder / "raw" / frameworks.slug(index) / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False)
    about = {
        "title": "invented",
        "index": index,
        "form": "scores",
        "producer": "nobody",
        "page": "none",
        "obtained": "compiled",
        "date_accessed": "2026-11-28",
        "licence": "none found",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    path.with_name(f"{path.name}.yml").write_text(yaml.safe_dump(about), encoding="utf-8")


def scores_of(index: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return scores as `load_scores` gives them, of a drawn table."""
    levels = frameworks.series().set_index("series")["level"]
    return table.assign(
        index=index, unit_level="province", unit="", level=table["series"].map(levels)
    )
