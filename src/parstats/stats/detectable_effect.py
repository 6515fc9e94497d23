"""The smallest association that a design would find."""

from __future__ import annotations

from scipy import stats

from parstats.arguments import check_share


def minimum_detectable_effect(
    se: float, df: float, *, ci_level: float = 0.05, power: float = 0.8
) -> float:
    r"""Return the smallest true association that a two-sided test finds with the given power.

    `se` is the standard error of the estimate, or its standard deviation over reassignments; `df`
    the degrees of freedom of the t law; `ci_level` the size of the test. Returns
    :math:`(t_{1-\alpha/2} + t_{\text{power}})` standard errors (Bloom 1995, Eval. Rev. 19:547-556),
    in the units of the standard error.

    >>> round(minimum_detectable_effect(1.0, 1e6), 2)
    2.8
    """
    test, statistic = 1 - check_share("ci_level", ci_level) / 2, check_share("power", power)
    return float((stats.t.ppf(test, df) + stats.t.ppf(statistic, df)) * se)
