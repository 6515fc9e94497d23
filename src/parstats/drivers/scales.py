"""Scores of one year on the scale of another."""

from __future__ import annotations

import numpy as np

from parstats.drivers.parts import Floats, Parts


def rescaled(points: Floats, source: Parts, target: Parts, series: list[str]) -> Floats:
    r"""Scores on the scale of another year, at the same share of the scale.

    Parameters
    ----------
    points : numpy.ndarray, shape (n, len(series))
        Scores on the scales of `source`.
    source, target : Parts
        Two years; what counts is the lowest and highest possible score of their series.
    series : list of str
        Series of both years: the columns of `points`.

    Returns
    -------
    numpy.ndarray, shape (n, len(series))
        :math:`l' + (x-l)(h'-l')/(h-l)` where the scale l to h became l' to h'; the score itself
        where the scale is the same, or was not published for both years.

    Examples
    --------
    >>> from parstats.drivers.parts import parts_of
    >>> from parstats.panel import load_scores
    >>> scores = load_scores("PAPI")
    >>> old, new = parts_of(scores, 2017), parts_of(scores, 2018)
    >>> rescaled(np.array([[1.0, 1.0]]), old, new,
    ...          ["papi.transparency.land_plans", "papi.services.public_health"])
    array([[0.75, 1.  ]])
    """
    low, high = _scale(source, series)
    new_low, new_high = _scale(target, series)
    known = ~np.isnan(low + high + new_low + new_high)
    other = known & ((low != new_low) | (high != new_high)) & (high > low)
    span = np.where(other, high - low, 1.0)
    share = (points - np.where(known, low, 0.0)) / span
    moved = np.where(known, new_low, 0.0) + share * np.where(known, new_high - new_low, 1.0)
    on_scale: Floats = np.where(other, moved, points)
    return on_scale


def _scale(parts: Parts, series: list[str]) -> tuple[Floats, Floats]:
    places = [parts.series.index(name) for name in series]
    return parts.low[places], parts.high[places]
