"""Limitations of the figures of a single plan, in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from parstats.reference import labels

#: Words in ``labels.csv`` under ``case_limit``.
LIMITS = (
    *("one_case", "others", "rest", "department", "date", "half_year"),
    *("rebound", "rank_break", "score_break", "printed"),
)


def limits(holds: Mapping[str, bool]) -> dict[str, str]:
    """Return the limits that hold, as codes and in both languages.

    `holds` says of each of `LIMITS` whether it does; those not given do not. Returns limits (codes,
    parted by semicolons), limits_vi, limits_en.

    >>> limits({"rebound": True, "printed": False})["limits_en"]
    'after a bad year most provinces come back without any plan'
    """
    codes = [code for code in LIMITS if holds.get(code)]
    texts = {
        f"limits_{lang}": "; ".join(labels.text(f"case_limit.{code}", lang) for code in codes)
        for lang in labels.LANGUAGES
    }
    return {"limits": ";".join(codes), **texts}


def with_limits(standings: pd.DataFrame) -> pd.DataFrame:
    """Return the standings of `parstats.plans.outcomes` with the limits of each.

    One row per plan and index, with limits, limits_vi and limits_en.

    >>> row = {"rank_breaks": [True], "score_breaks": [True], "basis": ["computed"], "rank": [9]}
    >>> with_limits(pd.DataFrame({**row, "agency_level": "province"}))["limits"].tolist()
    ['one_case;rebound;rank_break;score_break']
    """
    limit_rows = [
        limits(
            {
                "one_case": bool(pd.notna(row["rank"])),
                "rebound": bool(pd.notna(row["rank"])),
                "department": row["agency_level"] == "department",
                "rank_break": bool(row["rank_breaks"]),
                "score_break": bool(row["score_breaks"]),
                "printed": row["basis"] == "printed",
            }
        )
        for row in standings.to_dict("records")
    ]
    columns = ("limits", "limits_vi", "limits_en")
    return standings.assign(**{name: [limit[name] for limit in limit_rows] for name in columns})
