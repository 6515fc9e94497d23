"""The association of one treatment with the outcome, and its law when provinces are exchanged."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from parstats import errors
from parstats.stats.randomization.panel_blocks import Blocks, Flags, Floats, Projections, Whole

# A treatment whose variance is explained up to this share has no variation of its own.
_NO_VARIATION = 1e-9


@dataclass(frozen=True)
class Draws:
    """Numerators and cluster scores of reassignments, for the outcome and for the treatment.

    Under the hypothesis that the association is v, numerator and scores are those of the outcome
    less v times those of the treatment.

    Attributes
    ----------
    numerators, numerators_of_treatment : numpy.ndarray, shape (draws,)
        Cross products of the residual treatment with the exchanged residuals.
    scores, scores_of_treatment : numpy.ndarray, shape (draws, provinces)
        What each province adds to the sampling error of the numerator.
    """

    numerators: Floats
    scores: Floats
    numerators_of_treatment: Floats
    scores_of_treatment: Floats


@dataclass(frozen=True)
class Design:
    r"""One treatment in a panel with two-way fixed effects.

    The model is

    .. math:: y_{pst} = \alpha_{pt} + \gamma_{st} + x_{pst}'\beta_s + c_{pst}'\kappa
              + \tau D_{pst} + \varepsilon_{pst},

    fitted by least squares on the cells that are kept; :math:`\tau` is the estimate.

    Parameters
    ----------
    projections : Projections
        Of the panel; further regressors c are joined to them.
    treatment : numpy.ndarray, shape (provinces, positions)
        D; 0 where not kept.

    Attributes
    ----------
    estimate : float
        Tau.
    information : float
        Sum of squares of the treatment that nothing else explains.
    residuals : numpy.ndarray, shape (provinces, positions)
        Residuals of the whole model, on the cells that are kept.
    remainder : numpy.ndarray, shape (provinces, positions)
        The treatment that nothing else explains.

    Raises
    ------
    InsufficientData
        If the treatment has no variation that the fixed effects and slopes leave.

    Notes
    -----
    `draws` follows Freedman and Lane (1983, J. Bus. Econ. Stat. 1:292-298): residuals of the model
    without the treatment, on all cells that are present, are exchanged between provinces as whole
    blocks, all years and series together, and only between provinces present in the same cells.
    They are added to what that model fits, which the projection then takes out again; so a draw
    costs only sums over tables of pairs of provinces that are made once.
    """

    projections: Projections
    treatment: Floats
    estimate: float = field(init=False)
    information: float = field(init=False)
    residuals: Floats = field(init=False, repr=False)
    remainder: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        blocks, kept = self.blocks, self.projections.kept
        remainder = kept.residual(self.treatment)
        information = float((remainder**2).sum())
        if information <= _NO_VARIATION * max(float((self.treatment**2).sum()), 1e-300):
            raise errors.InsufficientData(
                "the treatment has no variation of its own: within a province and year, all cells "
                "that are known are treated, or none"
            )
        estimate = float((remainder * np.where(blocks.kept, blocks.outcome, 0.0)).sum())
        estimate /= information
        residuals = kept.residual(blocks.outcome) - estimate * remainder
        for name, value in (
            ("remainder", remainder),
            ("information", information),
            ("estimate", estimate),
            ("residuals", residuals),
        ):
            object.__setattr__(self, name, value)

    @property
    def blocks(self) -> Blocks:
        """The panel."""
        return self.projections.blocks

    @property
    def n(self) -> int:
        """Number of cells that are kept."""
        return int(self.blocks.kept.sum())

    @property
    def scores(self) -> Floats:
        """What each province adds to the sampling error of the numerator, shape (provinces,)."""
        return np.asarray((self.remainder * self.residuals).sum(axis=1), dtype=np.float64)

    def draws(self, exchanges: Whole) -> Draws:
        """Numerators and scores under exchanges of the provinces' blocks.

        Parameters
        ----------
        exchanges : numpy.ndarray of int, shape (draws, provinces)
            Whose residuals each province gets; see `exchanges`.
        """
        provinces = len(self.remainder)
        at = np.arange(provinces) * provinces + exchanges
        # A row a draw, with a one for each pair it makes.
        made = csr_array(
            (np.ones(at.size), at.ravel(), np.arange(0, at.size + 1, provinces)),
            shape=(len(at), provinces**2),
        )
        taken = self._taken()
        exchanged = [self._exchanged(own, taken, at, made) for own in self._without_treatment()]
        return Draws(*exchanged[0], *exchanged[1])

    def _without_treatment(self) -> tuple[Floats, Floats]:
        """What the model without the treatment leaves of the outcome and of the treatment."""
        present = self.projections.present
        if present is self.projections.kept:
            return self.residuals + self.estimate * self.remainder, self.remainder
        return present.residual(self.blocks.outcome), present.residual(self.treatment)

    def _taken(self) -> Floats:
        """What the projection takes from each province's score for a cell of another.

        The shape is (provinces whose cells they are, provinces whose score, positions).
        """
        kept = self.projections.kept
        weights = np.matmul(self.remainder[:, None, :], kept.columns)[:, 0] @ kept.inverse
        taken = kept.columns.reshape(-1, kept.columns.shape[2]) @ weights.T
        by_cell = taken.reshape(*self.remainder.shape, len(weights))
        return np.ascontiguousarray(by_cell.transpose(0, 2, 1))

    def _exchanged(
        self, own: Floats, taken: Floats, at: Whole, made: csr_array
    ) -> tuple[Floats, Floats]:
        provinces = len(own)
        pairs = self.remainder @ own.T
        of_pairs = (taken.reshape(-1, own.shape[1]) @ own.T).reshape((provinces,) * 3)
        squares = (self.remainder**2).sum(axis=1) / self.information
        numerators = made @ pairs.ravel()
        lost = made @ np.ascontiguousarray(of_pairs.transpose(0, 2, 1)).reshape(-1, provinces)
        scores = pairs.ravel()[at] - lost
        return numerators, scores - numerators[:, None] * squares


def exchanges(present: Flags, draws: int, rng: np.random.Generator) -> Whole:
    """Random exchanges between provinces that are present in the same cells.

    Parameters
    ----------
    present : numpy.ndarray of bool, shape (provinces, positions)
        Where provinces have figures.
    draws : int
        Number of exchanges.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    numpy.ndarray of int, shape (draws, provinces)
        Whose block each province gets.

    Examples
    --------
    >>> import numpy as np
    >>> present = np.array([[True, True], [True, False], [True, True]])
    >>> exchanges(present, 3, np.random.default_rng(0))[:, 1].tolist()
    [1, 1, 1]
    """
    _, pattern = np.unique(present, axis=0, return_inverse=True)
    pattern = pattern.ravel()
    result = np.tile(np.arange(len(present)), (draws, 1))
    for one in np.unique(pattern):
        members = np.flatnonzero(pattern == one)
        result[:, members] = rng.permuted(np.tile(members, (draws, 1)), axis=1)
    return result


def exchangeable(present: Flags) -> NDArray[np.bool_]:
    """Whether another province is present in the same cells.

    Examples
    --------
    >>> import numpy as np
    >>> exchangeable(np.array([[True, True], [True, False], [True, True]])).tolist()
    [True, False, True]
    """
    _, pattern, count = np.unique(present, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(count[pattern.ravel()] > 1)
