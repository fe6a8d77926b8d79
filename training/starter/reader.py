"""The analytic reader: determines what a clip shows from its pixels alone, without any trained part.

Colours are the nearest palette entries. The shape's soft mask is each pixel's position between the background colour
and the shape's. Motion comes from the mask's centroid, area and orientation over time; the shape from the overlap of
the mask, on a polar grid around its centroid, with the drawn outlines at every rotation.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from training.starter import outlines
from training.starter.domain import COLOURS, DIRECTIONS, PALETTE, SHAPES

Floats = NDArray[np.float32]

MIN_AREA = 150.0  # pixels; less than this is no shape
MIN_TRAVEL = 20.0  # pixels; a shorter net displacement is no motion
MIN_SWING = 24.0  # pixels; extent of a bounce or an orbit
MIN_GROWTH = 1.22  # ratio of radii, last over first
MIN_TURN = 30.0  # degrees
RADIAL, ANGULAR = 20, 120  # polar grid
REACH = 2.0  # radius of the polar grid in units of the radius of a disc of the mask's area


@dataclass(frozen=True)
class Reading:
    """What the reader saw; `shape` and `colour` are "none" where nothing stands out from the background."""

    shape: str
    colour: str
    background: str
    motion: str
    overlap: float  # with the best outline, 1.0 for a perfect shape
    radius: float  # pixels, of a disc as large as the shape, in the middle of the clip
    travel: float  # pixels between the first and the last frame
    sharpness: float  # share of the mask that is fully inside, low for ghosts


def read_clip(frames: NDArray[np.uint8]) -> Reading:
    """Read a clip [T, H, W, 3] of one shape over a plain background."""
    pixels = frames.astype(np.float32)
    ground = _background(pixels)
    paint = _foreground(pixels[:: max(1, len(pixels) // 6)], ground)
    background = _nearest(ground)
    if paint is None:
        return Reading("none", "none", background, "still", 0.0, 0.0, 0.0, 0.0)
    masks = _masks(pixels, ground, paint)
    areas = masks.sum((1, 2))
    if np.median(areas) < MIN_AREA:
        return Reading("none", "none", background, "still", 0.0, 0.0, 0.0, 0.0)
    centres = _centres(masks, areas)
    polar = np.stack([_polar(m, c, a) for m, c, a in zip(masks, centres, areas, strict=True)])
    shape, overlap = _shape(polar[:: max(1, len(polar) // 8)])
    motion = _motion(centres, areas, _turn(polar, shape))
    middle = float(np.sqrt(areas[len(areas) // 2] / np.pi))
    way = float(np.hypot(*(centres[-1] - centres[0])))
    inside = float((masks > 0.9).sum() / max(1.0, float((masks > 0.1).sum())))
    return Reading(shape, _nearest(paint), background, motion, overlap, middle, way, inside)


def shape_by_frame(frames: NDArray[np.uint8]) -> tuple[list[str], Floats]:
    """Colour and centroid (x, y) [T, 2] of each frame, for a clip [T, H, W, 3] whose shape changes colour.

    "none" and NaN where nothing stands out from the background.
    """
    pixels = frames.astype(np.float32)
    ground = _background(pixels)
    colours, centres = zip(*(_shape_in(frame, ground) for frame in pixels), strict=True)
    return list(colours), np.stack(centres)


def _shape_in(frame: Floats, ground: Floats) -> tuple[str, Floats]:
    paint = _foreground(frame[None], ground)
    if paint is None:
        return "none", np.full(2, np.nan, np.float32)
    masks = _masks(frame[None], ground, paint)
    areas = masks.sum((1, 2))
    if areas[0] < MIN_AREA:
        return "none", np.full(2, np.nan, np.float32)
    return _nearest(paint), _centres(masks, areas)[0]


def _nearest(colour: Floats) -> str:
    palette = np.array(list(PALETTE.values()), np.float32)
    return COLOURS[int(((palette - colour) ** 2).sum(1).argmin())]


def _background(pixels: Floats) -> Floats:
    """Median colour of the border of all frames [3]."""
    edge = np.concatenate([pixels[:, :4].reshape(-1, 3), pixels[:, -4:].reshape(-1, 3)])
    sides = np.concatenate([pixels[:, :, :4].reshape(-1, 3), pixels[:, :, -4:].reshape(-1, 3)])
    return np.median(np.concatenate([edge, sides])[::7], axis=0)


def _foreground(pixels: Floats, ground: Floats) -> Floats | None:
    """Median colour [3] of what stands out most, or None if nothing does."""
    away = np.sqrt(((pixels - ground) ** 2).sum(-1))
    limit = max(30.0, 0.7 * float(np.quantile(away, 0.999)))
    chosen = pixels[away > limit]
    return np.median(chosen, axis=0) if len(chosen) > 100 else None


def _masks(pixels: Floats, ground: Floats, paint: Floats) -> Floats:
    """Soft masks [T, H, W] in [0, 1]; values below a quarter, faint ghosts, become 0."""
    way = paint - ground
    mask = ((pixels - ground) @ (way / float(way @ way))).clip(0, 1)
    mask[mask < 0.25] = 0
    return mask


def _centres(masks: Floats, areas: Floats) -> Floats:
    """Centroids (x, y) in pixels [T, 2]."""
    safe = np.maximum(areas, 1.0)
    y = (masks.sum(2) @ np.arange(masks.shape[1], dtype=np.float32)) / safe
    x = (masks.sum(1) @ np.arange(masks.shape[2], dtype=np.float32)) / safe
    return np.stack([x, y], 1)


def _polar_points() -> tuple[Floats, Floats]:
    """x and y of the polar grid [RADIAL, ANGULAR] in radii of the disc of equal area; angles clockwise from up."""
    radius = ((np.arange(RADIAL) + 0.5) / RADIAL * REACH)[:, None]
    angle = np.arange(ANGULAR) / ANGULAR * 2 * np.pi
    return (radius * np.sin(angle)).astype(np.float32), (-radius * np.cos(angle)).astype(np.float32)


def _polar(mask: Floats, centre: Floats, area: float) -> Floats:
    """The mask sampled (bilinearly) on the polar grid around its centroid [RADIAL, ANGULAR]."""
    x, y = _polar_points()
    unit = np.sqrt(max(area, 1.0) / np.pi)
    return _bilinear(mask, centre[0] + unit * x, centre[1] + unit * y)


def _bilinear(image: Floats, x: Floats, y: Floats) -> Floats:
    height, width = image.shape
    x, y = x.clip(0, width - 1.001), y.clip(0, height - 1.001)
    left, top = x.astype(int), y.astype(int)
    fx, fy = x - left, y - top
    upper = image[top, left] * (1 - fx) + image[top, left + 1] * fx
    lower = image[top + 1, left] * (1 - fx) + image[top + 1, left + 1] * fx
    return (upper * (1 - fy) + lower * fy).astype(np.float32)


@cache
def _templates() -> dict[str, Floats]:
    """Each shape drawn upright and sampled like a mask [RADIAL, ANGULAR]."""
    side, radius = 256, 72.0
    grid = (np.arange(side, dtype=np.float32) - side / 2) / radius
    x, y = np.meshgrid(grid, grid)
    drawn = {}
    for shape in SHAPES:
        mask = (0.5 - outlines.distance(shape, x, y, np) * radius).clip(0, 1).astype(np.float32)
        area = mask.sum(keepdims=True)[0]
        drawn[shape] = _polar(mask, _centres(mask[None], area)[0], float(area[0]))
    return drawn


def _overlaps(polar: Floats, shape: str) -> Floats:
    """Overlap (Dice, area weighted) of masks [N, RADIAL, ANGULAR] with the outline at each rotation [N, ANGULAR]."""
    weight = (np.arange(RADIAL, dtype=np.float32) + 0.5)[:, None]
    template = _templates()[shape]
    spectrum = np.fft.rfft(polar, axis=-1) * np.conj(np.fft.rfft(template, axis=-1)) * weight
    shared = np.fft.irfft(spectrum.sum(-2), n=ANGULAR, axis=-1)
    total = (polar**2 * weight).sum((-2, -1)) + (template**2 * weight).sum()
    return (2 * shared / total[..., None]).astype(np.float32)


def _shape(polar: Floats) -> tuple[str, float]:
    """The outline with the best mean overlap over the given frames, and that overlap."""
    fits = {shape: float(_overlaps(polar, shape).max(-1).mean()) for shape in SHAPES}
    best = max(fits, key=lambda shape: fits[shape])
    return best, fits[best]


def _turn(polar: Floats, shape: str) -> float:
    """Degrees turned clockwise over the clip, following the best rotation from frame to frame."""
    symmetry = outlines.SYMMETRY[shape]
    if symmetry == 0:
        return 0.0
    period = 360 / symmetry
    angles = np.array([_peak(row) for row in _overlaps(polar, shape)]) * (360 / ANGULAR)
    steps = (np.diff(angles) + period / 2) % period - period / 2
    return float(steps.sum())


def _peak(values: Floats) -> float:
    """Position of the maximum of a periodic row, to a fraction of a step (parabola through three points)."""
    top = int(values.argmax())
    before, here, after = values[top - 1], values[top], values[(top + 1) % len(values)]
    bend = before - 2 * here + after
    return top + (0.5 * float((before - after) / bend) if bend < 0 else 0.0)


def _motion(centres: Floats, areas: Floats, turned: float) -> str:
    """The motion that exceeds its threshold by the largest factor; still if none does."""
    head, tail = slice(0, 3), slice(-3, None)
    radii = np.sqrt(areas)
    growth = float(np.median(radii[tail]) / max(1.0, float(np.median(radii[head]))))
    strengths = {
        "travel": _way_strength(centres),
        "grow": float(np.log(max(growth, 1e-3)) / np.log(MIN_GROWTH)),
        "clockwise": turned / MIN_TURN,
    }
    strengths["shrink"] = -strengths["grow"]
    strengths["counterclockwise"] = -strengths["clockwise"]
    best = max(strengths, key=lambda name: strengths[name])
    if strengths[best] < 1:
        return "still"
    return _way(centres) if best == "travel" else best


def _way_strength(centres: Floats) -> float:
    net = float(np.hypot(*(centres[-1] - centres[0])))
    extent = float((centres.max(0) - centres.min(0)).max())
    return max(net / MIN_TRAVEL, extent / MIN_SWING)


def _way(centres: Floats) -> str:
    """The kind of path of the centroid: a direction, bounce, sway or orbit."""
    net = centres[-1] - centres[0]
    length = float(np.hypot(*np.diff(centres[::2], axis=0).T).sum())
    centred = centres - centres.mean(0)
    spread = np.linalg.svd(centred, compute_uv=False)
    if spread[1] > 0.35 * spread[0]:
        return "orbit"
    if length > 1.5 * max(1.0, float(np.hypot(*net))):
        return "bounce" if np.ptp(centres[:, 1]) > np.ptp(centres[:, 0]) else "sway"
    heading = np.arctan2(net[1], net[0])
    return max(DIRECTIONS, key=lambda name: float(np.cos(heading - np.arctan2(*DIRECTIONS[name][::-1]))))
