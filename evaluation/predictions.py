"""Predictions for plans whose outcome is not known yet, written down beforehand and scored later.

``python -m evaluation.predictions`` writes a file for each plan that can be predicted, and
``not_predicted.json`` for the others, into ``evaluation/predictions``; what is there already is
left as it is. ``python -m evaluation.predictions --score`` holds them against what came out.
For researchers: no page shows a prediction.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from parstats import errors, remedies, storage
from parstats.ingest import sidecar
from parstats.panel import load_measures, load_plans, load_scores
from parstats.reference import frameworks
from parstats.remedies.few_plans.predicted_outcomes import (
    MODEL,
    MODEL_VERSION,
    PREDICTED,
    scores_hash,
)

FOLDER = Path(__file__).resolve().parent / "predictions"
# The plans that have no prediction, and why.
_OTHERS = "not_predicted.json"
_KEYS = ("plan", "index", "province", "vintage", "year")
_FIGURES = tuple(name for name in PREDICTED if name not in _KEYS)
_REQUIRED = (*_KEYS, "date", "last_year", "scores_sha256", "model_sha256", "predicted")


class Scored(NamedTuple):
    """Predictions beside what came out, and the files that do not count."""

    table: pd.DataFrame
    refused: pd.DataFrame  # file, reason


def model_hash() -> str:
    """Return the SHA-256 of the model: its version and formula."""
    return hashlib.sha256(f"{MODEL_VERSION} {MODEL}".encode()).hexdigest()


def write_predictions(
    folder: Path,
    predictions: remedies.Predictions,
    scores: pd.DataFrame,
    *,
    association: float = 0.2,
    today: date | None = None,
) -> list[Path]:
    """Write a file for each plan; one that is there is never changed.

    Parameters
    ----------
    folder : pathlib.Path
    predictions : Predictions of `parstats.remedies.predict_outcomes`
    scores : pandas.DataFrame they were made from
    association : float; that they were made with
    today : datetime.date, optional; the date to write

    Returns
    -------
    list of pathlib.Path: the files that are new.
    """
    about = {
        "date": (today or date.today()).isoformat(),
        "parstats": storage.version(),
        "model_version": MODEL_VERSION,
        "model": MODEL,
        "model_sha256": model_hash(),
        "scores_sha256": scores_hash(scores),
        "last_year": int(scores["year"].max()),
        "association": association,
    }
    written = []
    for key, part in predictions.predicted.groupby(list(_KEYS), sort=False):
        named = dict(zip(_KEYS, map(_plain, key), strict=True))
        name = f"{named['plan']}_{frameworks.slug(str(named['index']))}_{named['year']}.json"
        if not (folder / name).exists():
            rows = [{key: _plain(row[key]) for key in _FIGURES} for row in part.to_dict("records")]
            storage.write_json(folder / name, named | about | {"predicted": rows})
            written.append(folder / name)
    columns = [*_KEYS, "series", "reason", "reason_en"]
    rows = predictions.not_predicted[columns].to_dict("records")
    others = [{key: _plain(value) for key, value in row.items()} for row in rows]
    storage.write_json(folder / _OTHERS, about | {"not_predicted": others})
    return written


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it, figures with six decimals."""
    if pd.isna(value):
        return None
    if isinstance(value, float | np.floating):
        return round(float(value), 6)
    return int(value) if isinstance(value, int | np.integer) else str(value)


def accessed(scores: pd.DataFrame, raw: Path) -> dict[tuple[str, int], date]:
    """Return the first day on which a file with scores of an index and year was read.

    The sidecars of the raw files say so ("date_accessed").
    """
    from_files = scores[scores["source"].str.startswith("raw/")]
    found: dict[tuple[str, int], date] = {}
    for (index, year, source), _ in from_files.groupby(["index", "year", "source"]):
        path = raw / source.removeprefix("raw/")
        day = date.fromisoformat(sidecar.read(path, source).date_accessed)
        key = (str(index), int(year))
        found[key] = min(day, found.get(key, day))
    return found


def score_predictions(
    folder: Path, scores: pd.DataFrame, days: Mapping[tuple[str, int], date]
) -> Scored:
    """Hold the predictions in a folder against what came out.

    Parameters
    ----------
    folder : pathlib.Path
    scores : pandas.DataFrame of the indices, with the outcome years
    days : mapping; index and year -> the day its scores were read; see `accessed`

    Returns
    -------
    Scored: the table of `parstats.remedies.compare_predictions` with file, date and same_scores
        (whether the scores of the years before are still those it was made from); and the files
        that do not count: written on or after the day on which the outcome was read, or made from
        scores that hold the outcome. The date is what the file says; the history of the repository
        says when it came in.

    Raises
    ------
    InvalidRequest: if a file is no prediction
    """
    tables, refused = [], []
    for path in sorted(folder.glob("*.json")):
        if path.name == _OTHERS:
            continue
        content = _read(path)
        of_index = scores[scores["index"] == content["index"]]
        day = days.get((content["index"], content["year"]))
        if day is None:
            continue
        reason = _refusal(content, of_index, day)
        if reason:
            refused.append({"file": path.name, "reason": reason})
            continue
        same = scores_hash(of_index, int(content["last_year"])) == content["scores_sha256"]
        table = remedies.compare_predictions(_table(content), of_index)
        tables.append(table.assign(file=path.name, date=content["date"], same_scores=same))
    held = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return Scored(held, pd.DataFrame(refused, columns=["file", "reason"]))


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise errors.InvalidRequest(f"{path.name} is no JSON ({error}); restore it") from error
    missing = [key for key in _REQUIRED if key not in content]
    if missing:
        raise errors.InvalidRequest(
            f"{path.name} lacks {', '.join(missing)}: expected a file of write_predictions"
        )
    return dict(content)


def _refusal(content: Mapping[str, Any], scores: pd.DataFrame, day: date) -> str:
    """Return why a file does not count, if so."""
    year = int(content["year"])
    if date.fromisoformat(content["date"]) >= day:
        return f"written on {content['date']}, and the outcome was read on {day}"
    if int(content["last_year"]) >= year:
        return f"made from scores to {content['last_year']}, which hold the outcome"
    later = [each for each in sorted(scores["year"].unique()) if each >= year]
    if any(scores_hash(scores, int(each)) == content["scores_sha256"] for each in later):
        return "its hash is that of scores that hold the outcome"
    return ""


def _table(content: Mapping[str, Any]) -> pd.DataFrame:
    rows = [{key: content[key] for key in _KEYS} | row for row in content["predicted"]]
    return pd.DataFrame(rows, columns=list(PREDICTED)).astype(PREDICTED)


def main() -> int:
    """Write predictions, or score them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", default="PAPI")
    parser.add_argument("--score", action="store_true", help="score what was written before")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    scores = load_scores(options.index)
    if options.score:
        days = accessed(scores, storage.data_folder().raw)
        table, refused = score_predictions(options.folder, scores, days)
        print(table.to_string(index=False) if len(table) else "no outcome has come yet")
        for row in refused.itertuples():
            print(f"{row.file} does not count: {row.reason}")
        return 0
    measures, plans = load_measures(), load_plans()
    predictions = remedies.predict_outcomes(scores, measures, plans)
    for path in write_predictions(options.folder, predictions, scores):
        print(f"written: {path.name}")
    for row in predictions.not_predicted.itertuples():
        print(f"not predicted: {row.plan} {row.year} {row.series}: {row.reason_en}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
