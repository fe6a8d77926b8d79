"""Outlines of the eight shapes as signed distances, written once for numpy (reader) and torch (drawing).

Coordinates are in units of the shape's radius, x right and y down, with the shape's centroid at 0. Distances are
exact near the outline, which is enough for anti-aliasing, and negative inside.
"""

from math import cos, pi, sin, sqrt
from typing import Any

# Order of the rotational symmetry; 0: a turn cannot be seen at all.
SYMMETRY = {
    "circle": 0, "square": 4, "triangle": 3, "star": 5, "heart": 1, "ring": 0, "cross": 4, "diamond": 2,
}  # fmt: skip


def distance(shape: str, x: Any, y: Any, xp: Any) -> Any:
    """Signed distance of the points (x, y) to the outline; `xp` is the numpy or the torch module."""
    return _OUTLINES[shape](x, y, xp)


def _circle(x: Any, y: Any, xp: Any) -> Any:
    return xp.sqrt(x * x + y * y) - 0.92


def _square(x: Any, y: Any, xp: Any) -> Any:
    return xp.maximum(abs(x), abs(y)) - 0.76


def _triangle(x: Any, y: Any, xp: Any) -> Any:
    return xp.maximum(y, abs(x) * (sqrt(3) / 2) - y / 2) - 0.53


def _star(x: Any, y: Any, xp: Any) -> Any:
    # Fold the plane onto half a point of the star: the edge runs from the tip (1, 0) to the inner corner.
    inner, half = 0.46, pi / 5
    radius = xp.sqrt(x * x + y * y)
    angle = abs((xp.arctan2(x, -y) + half) % (2 * half) - half)
    u, v = radius * xp.cos(angle), radius * xp.sin(angle)
    edge_u, edge_v = inner * cos(half) - 1.0, inner * sin(half)
    return ((u - 1.0) * edge_v - v * edge_u) / sqrt(edge_u**2 + edge_v**2)


def _heart(x: Any, y: Any, xp: Any) -> Any:
    # A square standing on its corner, with a half circle on each upper side.
    half = 0.55
    lobe_x, lobe_y = half / sqrt(2), -half / sqrt(2)
    tilted = xp.maximum(abs(x + y), abs(x - y)) / sqrt(2) - half
    side = abs(x) - lobe_x
    lobes = xp.sqrt(side * side + (y - lobe_y) ** 2) - half
    return xp.minimum(tilted, lobes)


def _ring(x: Any, y: Any, xp: Any) -> Any:
    return abs(xp.sqrt(x * x + y * y) - 0.73) - 0.22


def _cross(x: Any, y: Any, xp: Any) -> Any:
    upright = xp.maximum(abs(x) - 0.30, abs(y) - 0.95)
    lying = xp.maximum(abs(x) - 0.95, abs(y) - 0.30)
    return xp.minimum(upright, lying)


def _diamond(x: Any, y: Any, xp: Any) -> Any:
    del xp
    return (abs(x) * 1.0 + abs(y) * 0.58 - 0.58) / sqrt(1.0 + 0.58**2)


_OUTLINES = {
    "circle": _circle,
    "square": _square,
    "triangle": _triangle,
    "star": _star,
    "heart": _heart,
    "ring": _ring,
    "cross": _cross,
    "diamond": _diamond,
}
