"""The association of one treatment with the outcome, and its permutation distribution."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
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
    blocks, all years and series together, and only between provinces present in the same years.
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

    def draws(self, exchanges: Exchanges) -> Draws:
        """Return the numerators and scores under exchanges of the provinces' blocks.

        The exchanges say whose residuals each province gets; see `exchanges`.
        """
        provinces = len(self.remainder)
        at = np.arange(provinces) * provinces + exchanges.assignments
        # A row a draw, with a one for each pair it makes.
        exchange_matrix = csr_array(
            (np.ones(at.size), at.ravel(), np.arange(0, at.size + 1, provinces)),
            shape=(len(at), provinces**2),
        )
        projected_sums = self._projected_sums()
        exchanged = [
            self._exchanged(exchanges.filled(residuals), projected_sums, at, exchange_matrix)
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


@dataclass(frozen=True)
class Exchanges:
    """Random exchanges of provinces' blocks, and what stands in for figures that are missing."""

    assignments: IntArray  # whose block each province gets; shape (draws, provinces)
    # Whose residual stands in where a province has none: its own number where it has one; shape
    # (provinces, positions).
    stand_ins: IntArray

    def filled(self, residuals: Floats) -> Floats:
        """Return residuals with a stand-in wherever a province has no figure."""
        return np.take_along_axis(residuals, self.stand_ins, axis=0)


def exchange_classes(blocks: Blocks) -> IntArray:
    """Return a number for the provinces that can change places, shape (provinces,).

    They are present in the same groups (years): in a group, in at least half of the positions that
    anybody has. A few scattered gaps do not keep a province from changing places; a year without
    figures does.

    >>> import numpy as np
    >>> present = np.array([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0]], dtype=bool)
    >>> group, none = np.array([0, 0, 1, 1]), np.zeros((0, 3, 4))
    >>> blocks = Blocks(np.zeros((3, 4)), none, present, present, group, np.arange(4))
    >>> exchange_classes(blocks).tolist()
    [1, 1, 0]
    """
    groups = np.unique(blocks.group)
    held = np.zeros((len(blocks.present), len(groups)), dtype=bool)
    for at, group in enumerate(groups):
        rows = blocks.present[:, blocks.group == group]
        # Half: by judgement, so that most of an exchanged block are residuals of its province.
        held[:, at] = 2 * rows.sum(axis=1) >= max(rows.any(axis=0).sum(), 1)
    _, number = np.unique(held, axis=0, return_inverse=True)
    return np.asarray(number.ravel(), dtype=np.int64)


def exchanges(blocks: Blocks, n_draws: int, rng: np.random.Generator) -> Exchanges:
    """Return random exchanges between provinces of the same class; see `exchange_classes`.

    Where a province lacks a figure that another of its class has, the residual of a random
    province of the class stands in (of any province, if none of the class has one), the same in
    all draws.

    >>> import numpy as np
    >>> present = np.array([[True, True], [True, False], [True, True]])
    >>> none, group = np.zeros((0, 3, 2)), np.array([0, 1])
    >>> blocks = Blocks(np.zeros((3, 2)), none, present, present, group, np.arange(2))
    >>> exchanges(blocks, 3, np.random.default_rng(0)).assignments[:, 1].tolist()
    [1, 1, 1]
    """
    classes = exchange_classes(blocks)
    return Exchanges(_drawn(classes, n_draws, rng), _stand_ins(blocks.present, classes, rng))


def shared_exchanges(
    panels: Sequence[tuple[Blocks, Sequence[Hashable]]], n_draws: int, rng: np.random.Generator
) -> list[Exchanges]:
    """Return the same exchanges for several panels of partly the same provinces.

    `panels` are blocks and the names of their provinces. A draw sends a province to the same place
    in all of them, so that statistics of different panels can be taken together; provinces change
    places where they are of the same class in every panel; see `exchanges`.

    >>> import numpy as np
    >>> known, none = np.ones((2, 1), dtype=bool), np.zeros((0, 2, 1))
    >>> one = np.zeros(1, dtype=int)
    >>> blocks = Blocks(np.zeros((2, 1)), none, known, known, one, one)
    >>> two = shared_exchanges([(blocks, "ab"), (blocks, "ba")], 4, np.random.default_rng(0))
    >>> bool(((two[0].assignments[:, 0] == 0) == (two[1].assignments[:, 1] == 1)).all())
    True
    """
    names = list(dict.fromkeys(name for _, keys in panels for name in keys))
    place = {name: at for at, name in enumerate(names)}
    held = np.full((len(names), len(panels)), -1)
    classes = [exchange_classes(blocks) for blocks, _ in panels]
    rows = [np.array([place[name] for name in keys]) for _, keys in panels]
    for at, (row, own) in enumerate(zip(rows, classes, strict=True)):
        held[row, at] = own
    _, joint = np.unique(held, axis=0, return_inverse=True)
    assignments = _drawn(joint.ravel(), n_draws, rng)
    result = []
    for (blocks, _), row, own in zip(panels, rows, classes, strict=True):
        local = np.full(len(names), -1)
        local[row] = np.arange(len(row))
        stand_ins = _stand_ins(blocks.present, own, rng)
        result.append(Exchanges(local[assignments[:, row]], stand_ins))
    return result


def _drawn(classes: IntArray, n_draws: int, rng: np.random.Generator) -> IntArray:
    """Return random permutations within the classes, shape (draws, provinces)."""
    assignments = np.tile(np.arange(len(classes)), (n_draws, 1))
    for label in np.unique(classes):
        members = np.flatnonzero(classes == label)
        assignments[:, members] = rng.permuted(np.tile(members, (n_draws, 1)), axis=1)
    return assignments


def _stand_ins(present: Flags, classes: IntArray, rng: np.random.Generator) -> IntArray:
    result = np.tile(np.arange(len(present))[:, None], (1, present.shape[1]))
    for province, position in np.argwhere(~present):
        donors = np.flatnonzero(present[:, position] & (classes == classes[province]))
        if not len(donors):
            donors = np.flatnonzero(present[:, position])
        if len(donors):
            result[province, position] = rng.choice(donors)
    return result


def exchangeable(blocks: Blocks) -> NDArray[np.bool_]:
    """Return whether another province is of the same class; see `exchange_classes`.

    >>> import numpy as np
    >>> present = np.array([[True, True], [True, False], [True, True]])
    >>> none, group = np.zeros((0, 3, 2)), np.array([0, 1])
    >>> blocks = Blocks(np.zeros((3, 2)), none, present, present, group, np.arange(2))
    >>> exchangeable(blocks).tolist()
    [True, False, True]
    """
    _, number, count = np.unique(exchange_classes(blocks), return_inverse=True, return_counts=True)
    return np.asarray(count[number.ravel()] > 1)
