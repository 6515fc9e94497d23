"""A panel regression as a file: for LaTeX, Word, a workbook, and for Stata to repeat it."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from parstats import errors, storage
from parstats.drivers.over_time.panel_model import PanelResult
from parstats.drivers.over_time.rank_logit import RankLogit
from parstats.figures import tables
from parstats.figures.tables.panel_results import variable_name
from parstats.reference.labels import search_key
from parstats.reports.formats import About, docx
from parstats.reports.formats.page_content import Heading, Part, Run

#: Endings of the files that `export_panel` writes.
ENDINGS = (".tex", ".docx", ".xlsx", ".csv", ".html", ".dta")
# Letters of a variable's name, and of its label, in Stata.
_LONGEST_NAME, _LONGEST_LABEL = 32, 80
_TAKEN = {"unit_id", "unit", "year", "vintage"}


def export_panel(
    result: PanelResult | RankLogit, path: str | Path, *, lang: str = "en", title: str = ""
) -> list[Path]:
    """Write a panel regression, or a regression of ranks, to a file, whole or not at all.

    Parameters
    ----------
    result : PanelResult of `parstats.drivers.panel`, or RankLogit of `parstats.drivers.rank_logit`
    path : str or pathlib.Path
        Ends in .tex, .docx, .xlsx, .csv or .html for the table of coefficients; in .dta for the
        cells, with a .do beside it that repeats the regression in Stata and stops if a coefficient
        differs; that not of ranks.
    lang : {"vi", "en"}; language of the table
    title : str; heading of the document; the outcome if empty

    Returns
    -------
    list of pathlib.Path: the files written

    Raises
    ------
    InvalidRequest, UnknownChoice: if it is no result of a panel; if the ending is another

    Examples
    --------
    >>> import parstats as ps
    >>> result = ps.drivers.panel(ps.load_scores("PAPI"), outcome="papi.services",
    ...                           regressors=["papi.environment"], n_draws=0)
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in export_panel(result, f"{folder}/services.dta")]
    ['services.dta', 'services.do']
    """
    target = Path(path)
    table = tables.panel(result, lang)
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise errors.UnknownChoice("ending of a panel regression", target.name, ENDINGS)
    if ending == ".docx":
        name = title or variable_name(str(result.fit["outcome"].iloc[0]), lang)
        parts: list[Part] = [Heading(1, (Run(name),)), table]
        content = docx.write_parts(parts, About(name, lang))
        storage.write_atomic(target, lambda part: part.write_bytes(content))
    elif ending == ".dta":
        if not isinstance(result, PanelResult):
            raise errors.InvalidRequest(
                f"{target.name}: a regression of ranks has no file for Stata; expected one of "
                f"{', '.join(each for each in ENDINGS if each != ending)}"
            )
        return _stata(result, target)
    else:
        table.save(target)
    return [target]


def _stata(result: PanelResult, target: Path) -> list[Path]:
    """Write the cells as a data set and the commands that repeat the regression."""
    keys = ["year", "vintage", "unit"]
    variables = [name for name in result.sample if name not in keys]
    names = _stata_names(variables)
    cells = result.sample.rename(columns=names)
    units = cells.groupby(["vintage", "unit"], sort=True).ngroup() + 1
    cells = cells.assign(vintage=cells["vintage"].astype("int32"), unit_id=units.astype("int32"))
    cells = cells.assign(year=cells["year"].astype("int32"), unit=cells["unit"].astype(str))
    labels = {names[name]: name[:_LONGEST_LABEL] for name in variables}
    storage.write_atomic(
        target,
        lambda part: cells.to_stata(
            part, write_index=False, version=118, variable_labels=labels, time_stamp=_NO_TIME
        ),
    )
    commands = target.with_suffix(".do")
    storage.write_text(commands, _do_file(result, target.name, names))
    return [target, commands]


# The same result makes the same file.
_NO_TIME = pd.Timestamp(2000, 1, 1).to_pydatetime()


def _stata_names(variables: list[str]) -> dict[str, str]:
    """Return names that Stata takes, each once."""
    names: dict[str, str] = {}
    for variable in variables:
        plain = re.sub(r"\W+", "_", search_key(variable.replace(".", " "))).strip("_").lower()
        plain = (plain if plain[:1].isalpha() else f"x_{plain}")[:_LONGEST_NAME]
        name, number = plain, 2
        while name in names.values() or name in _TAKEN:
            name, number = f"{plain[: _LONGEST_NAME - 3]}_{number}", number + 1
        names[variable] = name
    return names


def _about(fit: pd.Series) -> list[str]:
    """Return comments on what was done to the variables before they were written."""
    unit = "standard deviations from the mean of their year" if fit["standardised"] else "points"
    lines = [f"* Years {fit['first']} to {fit['last']} of the outcome; variables in {unit}."]
    if fit["lag"]:
        lines.append(f"* Regressors are already those of {fit['lag']} years before the outcome.")
    if fit["years_left_out"]:
        lines.append(f"* Years left out: {fit['years_left_out']}.")
    if fit["n_draws"]:
        lines.append(f"* p_wild of parstats: {fit['n_draws']} draws of the wild bootstrap.")
    return lines


def _do_file(result: PanelResult, data: str, names: dict[str, str]) -> str:
    fit, table = result.fit.iloc[0], result.coefficients
    outcome = names[fit["outcome"]]
    regressors = [names[term] for term in table["term"]]
    variables = " ".join(regressors)
    between, model = fit["model"] == "between", f"regress {outcome} {variables}"
    if fit["model"] == "two_way":
        model += " i.unit_id i.year"
    elif not between:
        model = f"regress D.{outcome} {' '.join(f'D.{name}' for name in regressors)} i.year"
    newer = {
        "cr2": "vce(hc2 unit_id, dfadjust) in Stata 18 or newer",
        "cluster": "",
        "two_way": "vce(cluster unit_id year) in Stata 18 or newer",
        "driscoll_kraay": "xtscc (ssc install xtscc)",
    }[fit["errors"]]
    commands = [f"collapse (mean) {outcome} {variables}, by(unit_id)"] if between else []
    commands.append(f"{model}, {'vce(hc2)' if between else 'vce(cluster unit_id)'}")
    if newer and not between:
        commands.append(f"* Nearer to the standard errors of parstats: {newer}.")
    prefix = "D." if fit["model"] == "first_differences" else ""
    checks = [
        f"assert reldif(_b[{prefix}{name}], {value:.17g}) < 1e-8 // se {se:.10g}"
        for name, value, se in zip(regressors, table["coefficient"], table["se"], strict=True)
    ]
    head = [
        f"* {fit['index']}: {fit['outcome']} on {', '.join(table['term'])}",
        f"* Standard errors of parstats: {table['convention'].iloc[0]}.",
        "* Stata scales its own differently; the coefficients must agree.",
        *_about(fit),
        "version 17",
        f'use "{data}", clear',
        "xtset unit_id year",
    ]
    return "\n".join([*head, *commands, *checks, ""])
