"""Fitting the confidence of links, on names of series disturbed on purpose.

No plan is needed: every name of every series of a few frameworks is asked for while that name is
hidden, or disturbed as plans disturb names (words left out or changed, words of other measures
around it), or with its series taken away, so that whatever is found is wrong. Half of the
questions are asked below their dimension, as under a heading, half without.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from parstats.plans.link.criterion_names import Tree, tree

FRAMEWORKS = (
    ("PAPI", 2013),
    ("PAPI", 2019),
    ("PAPI", 2024),
    ("SIPAS", 2019),
    ("SIPAS", 2024),
    ("PAR INDEX", 2021),
    ("PAR INDEX", 2024),
)
SEED = 20_240_613
ROUNDS = 12
_BEFORE = (
    "tiếp tục duy trì, nâng cao kết quả",
    "triển khai thực hiện tốt",
    "bảo đảm",
    "khắc phục hạn chế về",
    "tỷ lệ",
)
_AFTER = (
    "trên địa bàn tỉnh",
    "theo quy định",
    "năm 2024",
    "của cơ quan, đơn vị",
    "tại bộ phận một cửa",
)


def calibrate() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit the confidence of links.

    Returns
    -------
    table, drawn : pandas.DataFrame
        Rows for ``reference/link_confidence.csv``, and the questions asked: likeness, lead, right.
    """
    draw = random.Random(SEED)
    rows = [row for index, year in FRAMEWORKS for row in _questions(tree((index,), year), draw)]
    drawn = pd.DataFrame(rows, columns=["likeness", "lead", "right"])
    features = drawn[["likeness"]].assign(lead=np.sqrt(drawn["lead"]))
    fitted = LogisticRegression(C=100.0, max_iter=1_000)
    fitted.fit(features, drawn["right"])
    weights = [fitted.intercept_[0], *fitted.coef_[0]]
    if min(weights[1:]) <= 0:
        raise AssertionError("confidence does not grow with likeness and lead: look at the draws")
    terms = ["(base)", "likeness", "root of lead"]
    return pd.DataFrame({"term": terms, "weight": np.round(weights, 3)}), drawn


def _questions(grown: Tree, draw: random.Random) -> Iterator[tuple[float, float, bool]]:
    queries, targets, hidden = [], [], []
    for _ in range(ROUNDS):
        for number, name in enumerate(grown.names):
            if grown.levels[grown.owners[number]] == "index":
                continue
            queries.append(_disturbed(name, draw))
            targets.append(int(grown.owners[number]))
            hidden.append(number if draw.random() < 0.5 else -1)
    by_name = grown.by_name(queries)
    for row, name in enumerate(hidden):
        if name >= 0:
            by_name[row, name] = 0.0
    scores = grown.by_series(by_name)
    for row, target in zip(scores, targets, strict=True):
        allowed = np.array([level != "index" for level in grown.levels])
        dimension = grown.dimensions[target]
        if draw.random() < 0.5 and dimension >= 0:
            below = np.zeros(len(allowed), dtype=bool)
            below[list(grown.below(dimension))] = True
            allowed &= below
        if draw.random() < 0.3:
            allowed[list(grown.kin(target))] = False
        if not allowed.any():
            continue
        masked = np.where(allowed, row, -1.0)
        best = int(masked.argmax())
        rivals = masked.copy()
        rivals[list(grown.kin(best))] = 0.0
        yield float(masked[best]), float(masked[best] - max(rivals.max(), 0.0)), best == target


def _disturbed(name: tuple[str, ...], draw: random.Random) -> tuple[str, ...]:
    from parstats.plans.spelling import plain_tokens

    share = draw.choice((0.0, 0.0, 0.15, 0.3, 0.5))
    tokens = [token for token in name if draw.random() >= share] or list(name)
    if draw.random() < 0.3:
        position = draw.randrange(len(tokens))
        token = tokens[position]
        tokens[position] = token[:-1] if len(token) > 2 else token + draw.choice("hngt")
    before = plain_tokens(draw.choice(_BEFORE)) if draw.random() < 0.35 else ()
    after = plain_tokens(draw.choice(_AFTER)) if draw.random() < 0.35 else ()
    return (*before, *tokens, *after)
