"""English captions: "a small red circle moves slowly to the left on a blue background"."""

from random import Random

from training.starter.telling import Telling

COLOURS = {
    "red": ["red"],
    "orange": ["orange"],
    "yellow": ["yellow"],
    "green": ["green"],
    "cyan": ["cyan", "turquoise"],
    "blue": ["blue"],
    "purple": ["purple", "violet"],
    "pink": ["pink"],
    "brown": ["brown"],
    "black": ["black"],
    "white": ["white"],
    "gray": ["gray", "grey"],
}
SHAPES = {
    "circle": ["circle", "circle", "ball", "disc", "dot"],
    "square": ["square", "square", "box", "block"],
    "triangle": ["triangle"],
    "star": ["star"],
    "heart": ["heart", "heart", "heart shape"],
    "ring": ["ring", "ring", "hoop", "donut"],
    "cross": ["cross", "cross", "plus", "plus sign"],
    "diamond": ["diamond", "diamond", "rhombus"],
}
NO_SHAPE = ["shape", "figure", "object"]
SIZES = {"small": ["small", "little", "tiny"], "large": ["large", "big", "huge"]}
SPEEDS = {"slow": ["slowly", "gently"], "fast": ["quickly", "fast", "rapidly"]}

VERBS = [
    ("moves", "moving"), ("moves", "moving"), ("travels", "traveling"), ("slides", "sliding"),
    ("drifts", "drifting"), ("glides", "gliding"), ("goes", "going"), ("flies", "flying"),
]  # fmt: skip
WAYS = {
    "left": ["left", "to the left", "leftward", "from right to left"],
    "right": ["right", "to the right", "rightward", "from left to right"],
    "up": ["up", "upward", "upwards", "to the top"],
    "down": ["down", "downward", "downwards", "to the bottom"],
    "up-left": ["diagonally up and to the left", "diagonally up left", "up and to the left", "toward the top left"],
    "up-right": [
        "diagonally up and to the right", "diagonally up right", "up and to the right", "toward the top right",
    ],
    "down-left": [
        "diagonally down and to the left", "diagonally down left", "down and to the left", "toward the bottom left",
    ],
    "down-right": [
        "diagonally down and to the right", "diagonally down right", "down and to the right",
        "toward the bottom right",
    ],
}  # fmt: skip
# (present, participle) of the motions other than in a direction.
ACTIONS = {
    "bounce": [
        ("bounces", "bouncing"), ("bounces up and down", "bouncing up and down"),
        ("jumps up and down", "jumping up and down"), ("hops", "hopping"),
    ],
    "grow": [
        ("grows", "growing"), ("grows larger", "growing larger"), ("gets bigger", "getting bigger"),
        ("becomes larger", "becoming larger"), ("expands", "expanding"),
    ],
    "shrink": [
        ("shrinks", "shrinking"), ("gets smaller", "getting smaller"), ("becomes smaller", "becoming smaller"),
        ("contracts", "contracting"),
    ],
    "clockwise": [
        ("rotates clockwise", "rotating clockwise"), ("spins clockwise", "spinning clockwise"),
        ("turns clockwise", "turning clockwise"),
    ],
    "counterclockwise": [
        ("rotates counterclockwise", "rotating counterclockwise"),
        ("spins counterclockwise", "spinning counterclockwise"),
        ("turns counterclockwise", "turning counterclockwise"),
        ("rotates anticlockwise", "rotating anticlockwise"),
    ],
    "orbit": [
        ("moves in a circle", "moving in a circle"), ("circles around the center", "circling around the center"),
        ("orbits the center", "orbiting the center"), ("travels in circles", "traveling in circles"),
    ],
    "still": [
        ("stays still", "staying still"), ("does not move", "not moving"), ("remains motionless", "motionless"),
        ("stands still", "standing still"), ("remains static", "static"),
    ],
}  # fmt: skip
STYLES = ["", "", "", "", "", "", ", simple animation", ", high quality", ", cinematic"]


def write(told: Telling, random: Random) -> str:
    """One English sentence or list of phrases."""
    subject, ground = _subject(told, random), _ground(told, random)
    present, participle = _motion(told, random)
    forms = [
        _join(_article(subject), present, ground),
        _join(_article(subject), present, ground),
        _join(_article(subject), ground, present),
        _join(_article(subject), ground, participle),
        _join(ground + "," if ground else "", _article(subject), present),
        _join(random.choice(["a video of", "an animation of"]), _article(subject), participle, ground),
        _sentences(_join(_article(subject), present), told, random),
        _list(subject, told, participle, random),
    ]
    text = random.choice(forms)
    return text if text.endswith(".") else text + random.choice(STYLES)


def _subject(told: Telling, random: Random) -> str:
    size = random.choice(SIZES[told.size]) if told.size in SIZES else ""
    colour = random.choice(COLOURS[told.colour]) if told.colour else ""
    return _join(size, colour, random.choice(SHAPES[told.shape] if told.shape else NO_SHAPE))


def _article(noun: str) -> str:
    return ("an " if noun[0] in "aeio" else "a ") + noun


def _ground(told: Telling, random: Random) -> str:
    if not told.background:
        return ""
    colour = random.choice(COLOURS[told.background])
    noun = random.choice(["background", "background", "backdrop"])
    return f"{random.choice(['on', 'on', 'over', 'against', 'with'])} {_article(f'{colour} {noun}')}"


def _motion(told: Telling, random: Random) -> tuple[str, str]:
    """The motion with its speed as (present, participle)."""
    if not told.motion:
        return "", ""
    adverb = random.choice(SPEEDS[told.speed]) if told.speed in SPEEDS else ""
    before = random.random() < 0.3 and adverb != "fast"
    if told.motion in WAYS:
        way = random.choice(WAYS[told.motion])
        verbs = [_join(verb, way) for verb in random.choice(VERBS)]
        if not before and random.random() < 0.5:
            verbs = [_join(*verb.split(" ", 1)[:1], adverb, way) for verb in verbs]
            return verbs[0], verbs[1]
    else:
        verbs = list(random.choice(ACTIONS[told.motion]))
    present, participle = ([adverb, verb] if before else [verb, adverb] for verb in verbs)
    return _join(*present), _join(*participle)


def _sentences(scene: str, told: Telling, random: Random) -> str:
    if not told.background:
        return scene + "."
    return f"{scene}. the background is {random.choice(COLOURS[told.background])}."


def _list(subject: str, told: Telling, participle: str, random: Random) -> str:
    ground = f"{random.choice(COLOURS[told.background])} background" if told.background else ""
    parts = [part for part in (subject, ground, participle) if part]
    return ", ".join(parts)


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)
