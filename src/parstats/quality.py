"""A one-screen summary of what the processed tables hold and lack."""

from __future__ import annotations

import pandas as pd

from parstats import provinces
from parstats.panel import coverage


def summary(scores: pd.DataFrame, breaks: pd.DataFrame, printed: pd.DataFrame) -> str:
    """Coverage, breaks and disagreements with print, a line a year.

    Parameters
    ----------
    scores, breaks, printed : pandas.DataFrame
        As `parstats.load_scores`, `parstats.load_breaks` and `parstats.load_printed` give them.

    Returns
    -------
    str
        Plain text, at most 80 columns wide but for long lists of names.

    Examples
    --------
    >>> from parstats.panel import load_breaks, load_printed, load_scores
    >>> print(summary(load_scores(), load_breaks(), load_printed()).splitlines()[0])
    index  year  framework  series  complete  breaks  missing or incomplete
    """
    lines = ["index  year  framework  series  complete  breaks  missing or incomplete"]
    table = coverage(scores)
    for row in table.itertuples():
        own = breaks[(breaks["index"] == row.index) & (breaks["year"] == row.year)]
        level = int((own["affects"] == "level").sum())
        ranking = bool((own["affects"] == "ranking").any())
        names = [provinces.by_code()[code].names["vi"] for code in row.absent]
        names += [f"{provinces.by_code()[code].names['vi']} (part)" for code in row.incomplete]
        lines.append(
            f"{row.index:5}  {row.year}  {row.framework:9}  {row.n_series:6}  "
            f"{row.n_complete:>5}/{row.n_of}  {f'{level}{chr(42) if ranking else chr(32)}':>6}  "
            f"{', '.join(names)}".rstrip()
        )
    lines.append("breaks: series whose points do not compare with the year before; * ranks too")
    known = printed[printed["score_agrees"].notna()]
    agree = int(known["score_agrees"].sum())
    lines.append(f"printed totals: {agree} of {len(known)} agree with the sums within 0.05 points")
    for row in known[~known["score_agrees"].astype(bool)].itertuples():
        name = provinces.by_code()[row.province].names["vi"]
        lines.append(
            f"  {row.year} {name}: printed {row.score_printed:.2f}, computed {row.score:.2f}"
        )
    return "\n".join(lines)
