"""Names of plans, and the note if a province has none."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from parstats.arguments import from_results
from parstats.reference import frameworks, provinces
from parstats.reference.labels import text


def plan_name(row: pd.Series, lang: str) -> str:
    """Name a plan: province and year, and the level of the agency if not the top.

    Parameters
    ----------
    row : pandas.Series; with province, vintage, plan_year and agency_level
    lang : {"vi", "en"}
    """
    provinces_by_code = provinces.by_code(int(row["vintage"]))
    name = provinces_by_code[row["province"]].short_names[lang] if row["province"] else "?"
    level = row["agency_level"]
    if level in ("department", "district", "party"):
        return f"{name} {row['plan_year']} ({text(f'agency_level.{level}', lang)})"
    return f"{name} {row['plan_year']}"


@from_results(table="parstats.plans.outcomes: plan index")
def plans_note(
    table: pd.DataFrame, province: str, index: str, lang: str, *, vintage: int = provinces.VINTAGE
) -> Markdown | None:
    """Return the note on what the table of a province's plans does and does not say.

    None for an index of one's own, whose plans no register holds.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.plans.outcomes`, of one province and index
    province : str; name or code of the province
    index : str
    lang : {"vi", "en"}
    vintage : {63, 64, 34}; which set of provinces it is of
    """
    if frameworks.index_info(index).unit_level == "unit":
        return None
    code = provinces.match_province(province, vintage=vintage)
    name = provinces.by_code(vintage)[code].names[lang]
    key = "note.no_plans" if table.empty else "note.plans"
    return Markdown(text(key, lang, name=name, index=frameworks.check_index(index)))
