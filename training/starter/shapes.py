"""Draws training clips: one shape moving over a plain background, anti-aliased, on any torch device."""

from dataclasses import dataclass, fields, replace
from math import pi

import torch
from torch import Tensor

from training.starter import outlines
from training.starter.domain import COLOURS, DIRECTIONS, FRAMES, MOTIONS, PALETTE, SHAPES, SIDE, SIZES, SPEEDS

RADII = {"small": 31.0, "medium": 42.0, "large": 55.0}  # pixels
TRAVEL = {"slow": 46.0, "normal": 78.0, "fast": 112.0}  # pixels from the first frame to the last, along each axis
BOUNCES = {"slow": 1.5, "normal": 2.0, "fast": 3.0}
BOUNCE_HEIGHT = 64.0  # pixels
RESIZE = {"slow": 1.45, "normal": 1.75, "fast": 2.1}  # last radius over first, or the inverse
TURN = {"slow": 70.0, "normal": 105.0, "fast": 150.0}  # degrees in all
ORBITS = {"slow": 0.8, "normal": 1.1, "fast": 1.6}  # rounds
ORBIT_RADIUS = 48.0  # pixels
MARGIN = 6.0  # pixels kept free at the border
COLOUR_JITTER = 6.0  # of 255, half width of the uniform noise on each channel


@dataclass(frozen=True)
class Attributes:
    """Attributes of clips as indices into the lists of `domain`, one entry per clip: int64 [B]."""

    shape: Tensor
    colour: Tensor
    background: Tensor
    motion: Tensor
    size: Tensor
    speed: Tensor

    def __len__(self) -> int:
        return len(self.shape)

    def __getitem__(self, index: Tensor | slice) -> "Attributes":
        return Attributes(*(getattr(self, field.name)[index] for field in fields(self)))


@dataclass(frozen=True)
class Scene:
    """Everything needed to draw clips: colours in [0, 1] [B, 3], paths in pixels and radians [B, T]."""

    shape: Tensor
    colour: Tensor
    background: Tensor
    x: Tensor
    y: Tensor
    radius: Tensor
    angle: Tensor


def sample_attributes(count: int, combinations: list[tuple[str, str, str]], random: torch.Generator) -> Attributes:
    """Attributes with (shape, colour, motion) from `combinations`; the background never has the shape's colour."""
    table = torch.tensor([(SHAPES.index(s), COLOURS.index(c), MOTIONS.index(m)) for s, c, m in combinations])
    shape, colour, motion = table[torch.randint(len(table), (count,), generator=random)].unbind(1)
    other = torch.randint(1, len(COLOURS), (count,), generator=random)
    return Attributes(
        shape=shape,
        colour=colour,
        background=(colour + other) % len(COLOURS),
        motion=motion,
        size=torch.randint(len(SIZES), (count,), generator=random),
        speed=torch.randint(len(SPEEDS), (count,), generator=random),
    )


def sample_scene(attributes: Attributes, random: torch.Generator, frames: int = FRAMES) -> Scene:
    """A scene that shows the attributes; exact size, speed, place and colour vary a little."""
    count = len(attributes)

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, 1, generator=random)

    palette = torch.tensor([PALETTE[name] for name in COLOURS], dtype=torch.float32)

    def tint(index: Tensor) -> Tensor:
        jitter = (torch.rand(count, 3, generator=random) * 2 - 1) * COLOUR_JITTER
        return ((palette[index] + jitter) / 255).clamp(0, 1)

    progress = torch.linspace(0, 1, frames).expand(count, frames)
    radius = _lookup(RADII, attributes.size) * uniform(0.94, 1.06)
    pace = uniform(0.94, 1.06)
    offset_x, offset_y, radii, angle = _track(attributes, progress, radius, pace, uniform(0, 2 * pi))
    reach = radii * 1.06 + MARGIN
    x = offset_x + _centre(offset_x - reach, offset_x + reach, uniform(0, 1))
    y = offset_y + _centre(offset_y - reach, offset_y + reach, uniform(0, 1))
    return Scene(attributes.shape, tint(attributes.colour), tint(attributes.background), x, y, radii, angle)


def _lookup(table: dict[str, float], index: Tensor) -> Tensor:
    return torch.tensor(list(table.values()))[index].unsqueeze(1)


def _centre(low: Tensor, high: Tensor, where: Tensor) -> Tensor:
    """A position of the path's origin [B, 1] such that everything between low and high [B, T] stays in the picture."""
    first, last = -low.amin(1, keepdim=True), SIDE - high.amax(1, keepdim=True)
    return torch.where(last > first, first + (last - first) * where, (first + last) / 2)


def _track(
    attributes: Attributes, progress: Tensor, radius: Tensor, pace: Tensor, phase: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Offsets x, y in pixels, radius in pixels and angle in radians over time, each [B, T]."""
    speed = attributes.speed
    is_motion = {name: (attributes.motion == index).unsqueeze(1) for index, name in enumerate(MOTIONS)}
    x = y = angle = torch.zeros_like(progress)

    travel = _lookup(TRAVEL, speed) * pace * (progress - 0.5)
    for name, (step_x, step_y) in DIRECTIONS.items():
        x = torch.where(is_motion[name], travel * step_x, x)
        y = torch.where(is_motion[name], travel * step_y, y)

    bounce = -BOUNCE_HEIGHT * torch.sin(pi * _lookup(BOUNCES, speed) * pace * progress).abs()
    y = torch.where(is_motion["bounce"], bounce, y)

    around = phase + 2 * pi * _lookup(ORBITS, speed) * pace * progress
    x = torch.where(is_motion["orbit"], ORBIT_RADIUS * torch.cos(around), x)
    y = torch.where(is_motion["orbit"], ORBIT_RADIUS * torch.sin(around), y)

    turn = _lookup(TURN, speed) * (pi / 180) * pace * progress
    angle = torch.where(is_motion["clockwise"], turn, angle)
    angle = torch.where(is_motion["counterclockwise"], -turn, angle)

    # The named size is that in the middle of the clip; the size changes exponentially.
    swell = (_lookup(RESIZE, speed) * pace) ** (progress - 0.5)
    radii = radius * torch.where(is_motion["grow"], swell, torch.where(is_motion["shrink"], 1 / swell, 1.0))
    return x, y, radii.expand_as(progress), angle


def draw(scene: Scene, device: torch.device | str) -> Tensor:
    """Clips [B, 3, T, SIDE, SIDE] in [-1, 1], float32."""
    background = scene.background.to(device)[:, :, None, None, None].expand(-1, -1, scene.x.shape[1], SIDE, SIDE)
    return paint(background, scene) * 2 - 1


def paint(ground: Tensor, scene: Scene) -> Tensor:
    """Draw the scene's shape over `ground` [B, 3, T, SIDE, SIDE] (values in [0, 1])."""
    device = ground.device
    colour = scene.colour.to(device)[:, :, None, None, None]
    cover = coverage(scene, device).unsqueeze(1)
    return ground + cover * (colour - ground)


def coverage(scene: Scene, device: torch.device | str) -> Tensor:
    """How much of each pixel the shape covers, [B, T, SIDE, SIDE] in [0, 1]."""
    result = torch.empty(*scene.x.shape, SIDE, SIDE, device=device)
    for index, name in enumerate(SHAPES):
        chosen = (scene.shape == index).nonzero().squeeze(1)
        if len(chosen):
            result[chosen.to(device)] = _cover_one_shape(name, _pick(scene, chosen), device)
    return result


def _pick(scene: Scene, index: Tensor) -> Scene:
    return replace(scene, **{field.name: getattr(scene, field.name)[index] for field in fields(scene)})


def _cover_one_shape(shape: str, scene: Scene, device: torch.device | str) -> Tensor:
    pixel = torch.arange(SIDE, device=device) + 0.5
    x, y, radius, angle = (
        value.to(device)[:, :, None, None] for value in (scene.x, scene.y, scene.radius, scene.angle)
    )
    right = (pixel - x) / radius
    down = (pixel[:, None] - y) / radius
    cos, sin = torch.cos(angle), torch.sin(angle)
    distance = outlines.distance(shape, cos * right + sin * down, cos * down - sin * right, torch)
    return (0.5 - distance * radius).clamp(0, 1)
