"""A smooth curve through points that never overshoots them.

The tangents are those of F. N. Fritsch and J. Butland, "A method for constructing local monotone piecewise cubic
interpolants", SIAM J. Sci. Stat. Comput. 5 (1984): the curve is monotone wherever the points are, and its extremes are
points. A natural spline would overshoot and turn a tone curve back on itself.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def through(points: tuple[tuple[float, float], ...], values: Floats) -> Floats:
    """The curve through ``points`` (in, out), in order of in, at ``values`` of any shape; flat outside the points."""
    inputs, outputs = (np.array(column, np.float64) for column in zip(*points, strict=True))
    steps = np.diff(inputs)
    slopes = np.diff(outputs) / steps
    tangents = _tangents(steps, slopes)
    place = np.clip(values, inputs[0], inputs[-1])
    index = np.clip(np.searchsorted(inputs, place, side="right") - 1, 0, len(steps) - 1)
    part = (place - inputs[index]) / steps[index]
    cubic = _hermite(part, outputs[index], outputs[index + 1], *(tangents[index + k] * steps[index] for k in (0, 1)))
    # Rounding must not lead out of the points' range either.
    low, high = np.minimum(outputs[index], outputs[index + 1]), np.maximum(outputs[index], outputs[index + 1])
    return np.clip(cubic, low, high).astype(values.dtype)


def _tangents(steps: Floats, slopes: Floats) -> Floats:
    """Harmonic means of the slopes at both sides, weighted by their lengths; 0 where they change sign."""
    tangents = np.empty(len(slopes) + 1)
    tangents[0], tangents[-1] = slopes[0], slopes[-1]
    before, after = slopes[:-1], slopes[1:]
    same = before * after > 0
    near, far = 2 * steps[1:] + steps[:-1], steps[1:] + 2 * steps[:-1]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mean = (near + far) / (near / before + far / after)
    tangents[1:-1] = np.where(same, mean, 0.0)
    return tangents


def _hermite(part: Floats, start: Floats, end: Floats, leaving: Floats, arriving: Floats) -> Floats:
    rest = 1 - part
    smooth = part * part * (3 - 2 * part)
    return start + (end - start) * smooth + part * rest * (rest * leaving - part * arriving)
