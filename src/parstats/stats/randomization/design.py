"""The association of one treatment with the outcome, and its permutation distribution."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from parstats import errors
from parstats.stats.randomization.panel_blocks import Blocks, Flags, Floats, IntArray, Projections

# A treatment whose variance is explained up to this share has no variation left.
_NO_VARIATION = 1e-9


@dataclass(frozen=True)
class Draws:
    """Numerators and cluster scores of reassignments, for the outcome and for the treatment.

    Under the hypothesis that the association is v, numerator and scores are those of the outcome
    less v times those of the treatment. ``numerators`` and ``treatment_numerators``, shape
    (draws,), are cross products of the residual treatment with the exchanged residuals; ``scores``
    and ``treatment_scores``, shape (draws, provinces), what each province adds to the sampling
    error of the numerator.
    """

    numerators: Floats
    scores: Floats
    treatment_numerators: Floats
    treatment_scores: Floats


@dataclass(frozen=True)
class Design:
    r"""One treatment in a panel with two-way fixed effects.

    The model is

    .. math:: y_{pst} = \alpha_{pt} + \gamma_{st} + x_{pst}'\beta_s + c_{pst}'\kappa
              + \tau D_{pst} + \varepsilon_{pst},

    fitted by least squares on the cells that are kept; :math:`\tau` is the estimate.

    Parameters
    ----------
    projections : Projections; of the panel; further regressors c are joined to them
    treatment : numpy.ndarray, shape (provinces, positions); D; 0 where not kept

    Attributes
    ----------
    estimate, information : float; tau; sum of squares of the treatment that nothing else explains
    residuals : numpy.ndarray, shape (provinces, positions)
        Residuals of the whole model, on the cells that are kept.
    remainder : numpy.ndarray, shape (provinces, positions)
        The treatment that nothing else explains.

    Raises
    ------
    InsufficientData: if the treatment has no variation that the fixed effects and slopes leave

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
        blocks, estimation_sample = self.blocks, self.projections.estimation_sample
        remainder = estimation_sample.residual(self.treatment)
        information = float((remainder**2).sum())
        if information <= _NO_VARIATION * max(float((self.treatment**2).sum()), 1e-300):
            raise errors.InsufficientData(
                "the treatment has no variation of its own: within a province and year, all cells "
                "that are known are treated, or none"
            )
        estimate = float(
            (remainder * np.where(blocks.estimation_sample, blocks.outcome, 0.0)).sum()
        )
        estimate /= information
        residuals = estimation_sample.residual(blocks.outcome) - estimate * remainder
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
        return int(self.blocks.estimation_sample.sum())

    @property
    def scores(self) -> Floats:
        """What each province adds to the sampling error of the numerator, shape (provinces,)."""
        return np.asarray((self.remainder * self.residuals).sum(axis=1), dtype=np.float64)

    def draws(self, exchanges: IntArray) -> Draws:
        """Return the numerators and scores under exchanges of the provinces' blocks.

        The exchanges, shape (draws, provinces), say whose residuals each province gets; see
        `exchanges`.
        """
        provinces = len(self.remainder)
        at = np.arange(provinces) * provinces + exchanges
        # A row a draw, with a one for each pair it makes.
        exchange_matrix = csr_array(
            (np.ones(at.size), at.ravel(), np.arange(0, at.size + 1, provinces)),
            shape=(len(at), provinces**2),
        )
        projected_sums = self._projected_sums()
        exchanged = [
            self._exchanged(residuals, projected_sums, at, exchange_matrix)
            for residuals in self._without_treatment()
        ]
        return Draws(*exchanged[0], *exchanged[1])

    def _without_treatment(self) -> tuple[Floats, Floats]:
        """Return the residuals of outcome and treatment under the model without the treatment."""
        present = self.projections.present
        if present is self.projections.estimation_sample:
            return self.residuals + self.estimate * self.remainder, self.remainder
        return present.residual(self.blocks.outcome), present.residual(self.treatment)

    def _projected_sums(self) -> Floats:
        """Return the projection's correction of each province's score for other provinces' cells.

        The shape is (provinces whose cells they are, provinces whose score, positions).
        """
        estimation_sample = self.projections.estimation_sample
        weights = (
            np.matmul(self.remainder[:, None, :], estimation_sample.columns)[:, 0]
            @ estimation_sample.inverse
        )
        projected_sums = (
            estimation_sample.columns.reshape(-1, estimation_sample.columns.shape[2]) @ weights.T
        )
        by_cell = projected_sums.reshape(*self.remainder.shape, len(weights))
        return np.ascontiguousarray(by_cell.transpose(0, 2, 1))

    def _exchanged(
        self, residuals: Floats, projected_sums: Floats, at: IntArray, exchange_matrix: csr_array
    ) -> tuple[Floats, Floats]:
        provinces = len(residuals)
        pairs = self.remainder @ residuals.T
        pair_sums = (projected_sums.reshape(-1, residuals.shape[1]) @ residuals.T).reshape(
            (provinces,) * 3
        )
        squares = (self.remainder**2).sum(axis=1) / self.information
        numerators = exchange_matrix @ pairs.ravel()
        lost = exchange_matrix @ np.ascontiguousarray(pair_sums.transpose(0, 2, 1)).reshape(
            -1, provinces
        )
        scores = pairs.ravel()[at] - lost
        return numerators, scores - numerators[:, None] * squares


def exchanges(present: Flags, n_draws: int, rng: np.random.Generator) -> IntArray:
    """Return the random exchanges between provinces that are present in the same cells.

    `present`, shape (provinces, positions), is where provinces have figures. Shape (draws,
    provinces): whose block each province gets.

    >>> import numpy as np
    >>> present = np.array([[True, True], [True, False], [True, True]])
    >>> exchanges(present, 3, np.random.default_rng(0))[:, 1].tolist()
    [1, 1, 1]
    """
    _, pattern = np.unique(present, axis=0, return_inverse=True)
    pattern = pattern.ravel()
    result = np.tile(np.arange(len(present)), (n_draws, 1))
    for label in np.unique(pattern):
        members = np.flatnonzero(pattern == label)
        result[:, members] = rng.permuted(np.tile(members, (n_draws, 1)), axis=1)
    return result


def exchangeable(present: Flags) -> NDArray[np.bool_]:
    """Return whether another province is present in the same cells.

    >>> import numpy as np
    >>> exchangeable(np.array([[True, True], [True, False], [True, True]])).tolist()
    [True, False, True]
    """
    _, pattern, count = np.unique(present, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(count[pattern.ravel()] > 1)
