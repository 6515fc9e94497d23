"""Several hypotheses at once, by the joint law of their statistics under reassignment."""

from __future__ import annotations

import numpy as np

from parstats.stats.randomization.panel_blocks import Floats

# Relative difference below which two statistics tie; as in `significance`.
_TIE = 1e-9


def romano_wolf(observed: Floats, drawn: Floats) -> Floats:
    r"""Return the p-values adjusted for testing several hypotheses, by step-down.

    `observed`, shape (k,), are statistics of which far from zero speaks against a hypothesis;
    `drawn`, shape (draws, k), the same under reassignments, one draw the same reassignment for all.
    The p-values are
    :math:`p_{(j)} = (1 + \#\{b: \max_{l \ge j} |t_{b,(l)}| \ge |t_{(j)}|\}) / (1 + B)` in order of
    size, none below the one before.

    Romano and Wolf (2005, Econometrica 73:1237-1282; 2016, Stat. Probab. Lett. 113:38-40).

    >>> import numpy as np
    >>> drawn = np.array([[0.1, 0.2], [1.5, 0.3], [0.4, 2.5], [0.2, 0.1]])
    >>> romano_wolf(np.array([3.0, 1.0]), drawn).tolist()
    [0.2, 0.4]
    """
    order = np.argsort(-np.abs(observed), kind="stable")
    largest = np.maximum.accumulate(np.abs(drawn)[:, order[::-1]], axis=1)[:, ::-1]
    reached = np.abs(observed)[order] * (1 - _TIE)
    p = (1 + (largest >= reached).sum(axis=0)) / (1 + len(drawn))
    result = np.empty(len(observed))
    result[order] = np.maximum.accumulate(p)
    return result


def omnibus(observed: Floats, drawn: Floats) -> tuple[float, float]:
    r"""Return p-values of the hypothesis that all of several associations are zero.

    From the largest statistic (Westfall and Young), and from :math:`t'\Omega^{+}t` with
    :math:`\Omega` the covariance of the statistics over the draws and the real assignment. For the
    arguments see `romano_wolf`.

    Young (2019, Q. J. Econ. 134:557-598). Statistics that repeat each other make the covariance
    singular; its generalised inverse is used.

    >>> import numpy as np
    >>> drawn = np.array([[0.1, 0.2], [1.5, 0.3], [0.4, -2.5], [0.2, 0.1]])
    >>> omnibus(np.array([3.0, 1.0]), drawn)[0]
    0.2
    """
    observed_and_drawn = np.concatenate([observed[None], drawn])
    largest = np.abs(observed_and_drawn).max(axis=1)
    covariance = np.atleast_2d(np.cov(observed_and_drawn, rowvar=False))
    inverse = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True)
    square = np.einsum("bk,kl,bl->b", observed_and_drawn, inverse, observed_and_drawn)
    by_largest = float((largest >= largest[0] * (1 - _TIE)).mean())
    return by_largest, float((square >= square[0] * (1 - _TIE)).mean())
