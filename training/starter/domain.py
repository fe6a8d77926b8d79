"""What the starter model can draw: the closed domain that its data, captions and reader share."""

from itertools import product

FRAMES = 33
SIDE = 256
FRAME_RATE = 16

SHAPES = ("circle", "square", "triangle", "star", "heart", "ring", "cross", "diamond")

# sRGB, chosen so that no two are closer than about 85 in Euclidean distance.
PALETTE = {
    "red": (220, 40, 40),
    "orange": (250, 140, 30),
    "yellow": (245, 220, 50),
    "green": (40, 160, 70),
    "cyan": (40, 200, 210),
    "blue": (40, 80, 220),
    "purple": (130, 50, 180),
    "pink": (250, 130, 190),
    "brown": (120, 75, 40),
    "black": (20, 20, 20),
    "white": (245, 245, 245),
    "gray": (130, 130, 130),
}
COLOURS = tuple(PALETTE)

DIRECTIONS = {
    "left": (-1, 0),
    "right": (1, 0),
    "up": (0, -1),
    "down": (0, 1),
    "up-left": (-1, -1),
    "up-right": (1, -1),
    "down-left": (-1, 1),
    "down-right": (1, 1),
}
TURNS = ("clockwise", "counterclockwise")
MOTIONS = (*DIRECTIONS, "bounce", "grow", "shrink", *TURNS, "orbit", "still")

SIZES = ("small", "medium", "large")
SPEEDS = ("slow", "normal", "fast")

# A turning circle or ring looks like a still one, so such clips are neither drawn nor described.
ROUND = ("circle", "ring")

ATTRIBUTES = {
    "shape": SHAPES,
    "colour": COLOURS,
    "background": COLOURS,
    "motion": MOTIONS,
    "size": SIZES,
    "speed": SPEEDS,
}


def visible(shape: str, motion: str) -> bool:
    """Whether the motion can be seen on this shape."""
    return not (shape in ROUND and motion in TURNS)


def combinations() -> list[tuple[str, str, str]]:
    """Every (shape, colour, motion) that can be seen."""
    return [(s, c, m) for s, c, m in product(SHAPES, COLOURS, MOTIONS) if visible(s, m)]
