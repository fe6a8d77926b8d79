"""Robust non-negative least squares for a few coefficients and measurements."""

from collections.abc import Sequence
from statistics import median

PRIOR_WEIGHT = 0.0003
"""Usual weight of each coefficient's prior, relative to a measurement that fits."""
_TOLERANCE = 0.1
"""Relative error above which a measurement loses weight, so that a disturbed one does not bend the fit."""
_ROUNDS = 6

Row = Sequence[float]


def fit(
    rows: Sequence[Row], targets: Sequence[float], prior: Sequence[float], prior_weight: float = PRIOR_WEIGHT
) -> tuple[float, ...]:
    """Coefficients c >= 0 that minimise the relative errors of ``row . c``; near ``prior`` where rows leave them open.

    The prior is first scaled to the targets as a whole, so only its proportions count. Errors get Huber weights, in a
    few rounds of refitting.

    Args:
        rows: non-negative amounts.
        targets: above 0.
        prior: coefficients above 0.
        prior_weight: more of it keeps noise from growing where few measurements tell many coefficients apart.
    """
    if not rows:
        return tuple(prior)
    scale = median(target / _dot(row, prior) for row, target in zip(rows, targets, strict=True))
    expected = [scale * value for value in prior]
    # Scaled to the expected coefficients and to targets of 1, so that the unknowns are near 1.
    relative = [
        [amount * unit / target for amount, unit in zip(row, expected, strict=True)]
        for row, target in zip(rows, targets, strict=True)
    ]
    weights = [1.0] * len(rows)
    solution = [1.0] * len(prior)
    for _ in range(_ROUNDS):
        solution = _solve_non_negative(relative, weights, prior_weight)
        weights = [_TOLERANCE / max(_TOLERANCE, abs(_dot(row, solution) - 1)) for row in relative]
    return tuple(value * unit for value, unit in zip(solution, expected, strict=True))


def _solve_non_negative(rows: Sequence[Row], weights: Row, prior_weight: float) -> list[float]:
    """Minimise the weighted squares of ``row . x - 1`` and the distance of x from 1, with no x below 0."""
    count = len(rows[0])
    normal = [
        [
            sum(weight * row[i] * row[j] for row, weight in zip(rows, weights, strict=True))
            + (prior_weight if i == j else 0.0)
            for j in range(count)
        ]
        for i in range(count)
    ]
    right = [
        sum(weight * row[i] for row, weight in zip(rows, weights, strict=True)) + prior_weight for i in range(count)
    ]
    free = list(range(count))
    while True:
        part = _solve([[normal[i][j] for j in free] for i in free], [right[i] for i in free])
        if min(part) >= 0:
            values = dict(zip(free, part, strict=True))
            return [values.get(i, 0.0) for i in range(count)]
        free.pop(part.index(min(part)))


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination; the matrices here are symmetric and positive definite, so no pivoting is needed."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for row in rows[i + 1 :]:
            factor = row[i] / pivot[i]
            row[i:] = [a - factor * b for a, b in zip(row[i:], pivot[i:], strict=True)]
    solution = [0.0] * len(rows)
    for i in reversed(range(len(rows))):
        solution[i] = (rows[i][-1] - _dot(rows[i][i + 1 : -1], solution[i + 1 :])) / rows[i][i]
    return solution


def _dot(left: Row, right: Row) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
