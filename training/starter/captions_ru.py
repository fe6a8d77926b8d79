"""Russian captions: "маленький красный круг медленно движется влево на синем фоне"."""

from random import Random

from training.starter.telling import Telling

# Adjective stems with their declension: hard, or soft for "синий".
COLOURS = {
    "red": ["красн"],
    "orange": ["оранжев"],
    "yellow": ["желт"],
    "green": ["зелен"],
    "cyan": ["бирюзов"],
    "blue": ["син"],
    "purple": ["фиолетов"],
    "pink": ["розов"],
    "brown": ["коричнев"],
    "black": ["черн"],
    "white": ["бел"],
    "gray": ["сер"],
}
# Nouns with their gender: masculine, feminine, neuter.
SHAPES = {
    "circle": [("круг", "m"), ("круг", "m"), ("шар", "m"), ("мяч", "m")],
    "square": [("квадрат", "m")],
    "triangle": [("треугольник", "m")],
    "star": [("звезда", "f")],
    "heart": [("сердце", "n"), ("сердечко", "n")],
    "ring": [("кольцо", "n")],
    "cross": [("крест", "m"), ("плюс", "m")],
    "diamond": [("ромб", "m")],
}
NO_SHAPE = [("объект", "m"), ("фигура", "f")]
SIZES = {"small": ["маленьк"], "large": ["больш", "крупн"]}
SPEEDS = {"slow": ["медленно", "плавно"], "fast": ["быстро"]}

_HARD = {"m": "ый", "f": "ая", "n": "ое", "on": "ом"}
_SOFT = {"m": "ий", "f": "яя", "n": "ее", "on": "ем"}
_VELAR = {"m": "ий", "f": "ая", "n": "ое", "on": "ом"}
_STRESSED = {"m": "ой", "f": "ая", "n": "ое", "on": "ом"}
_ENDINGS = {"син": _SOFT, "маленьк": _VELAR, "больш": _STRESSED}

VERBS = ["движется", "движется", "двигается", "перемещается", "скользит", "летит"]
WAYS = {
    "left": ["влево", "налево"],
    "right": ["вправо", "направо"],
    "up": ["вверх"],
    "down": ["вниз"],
    "up-left": ["по диагонали влево вверх", "вверх и влево", "влево вверх"],
    "up-right": ["по диагонали вправо вверх", "вверх и вправо", "вправо вверх"],
    "down-left": ["по диагонали влево вниз", "вниз и влево", "влево вниз"],
    "down-right": ["по диагонали вправо вниз", "вниз и вправо", "вправо вниз"],
}
ACTIONS = {
    "bounce": ["прыгает", "прыгает вверх и вниз", "прыгает на месте"],
    "grow": ["растет", "увеличивается", "становится больше"],
    "shrink": ["уменьшается", "сжимается", "становится меньше"],
    "clockwise": ["вращается по часовой стрелке", "поворачивается по часовой стрелке", "крутится по часовой стрелке"],
    "counterclockwise": [
        "вращается против часовой стрелки",
        "поворачивается против часовой стрелки",
        "крутится против часовой стрелки",
    ],
    "orbit": ["движется по кругу", "летит по кругу", "перемещается по кругу"],
    "still": ["стоит на месте", "не движется", "не двигается", "стоит неподвижно"],
}


def adjective(stem: str, form: str) -> str:
    """The adjective in the nominative of a gender ("m", "f", "n"), or "on": prepositional, as in "на синем фоне"."""
    return stem + _ENDINGS.get(stem, _HARD)[form]


def write(told: Telling, random: Random) -> str:
    """One Russian sentence or list of phrases."""
    subject, ground, motion = _subject(told, random), _ground(told, random), _motion(told, random)
    forms = [
        _join(subject, motion, ground),
        _join(subject, motion, ground),
        _join(subject, ground, motion),
        _join(ground, subject, motion),
        _join(ground, motion, subject),
        f"{random.choice(['видео', 'анимация'])}: {_join(subject, motion, ground)}",
        _sentences(_join(subject, motion), told, random),
        _list(subject, f"{_nominative_ground(told, random)} фон" if told.background else "", motion),
    ]
    return random.choice(forms)


def _subject(told: Telling, random: Random) -> str:
    noun, gender = random.choice(SHAPES[told.shape] if told.shape else NO_SHAPE)
    size = adjective(random.choice(SIZES[told.size]), gender) if told.size in SIZES else ""
    colour = adjective(random.choice(COLOURS[told.colour]), gender) if told.colour else ""
    return _join(size, colour, noun)


def _ground(told: Telling, random: Random) -> str:
    if not told.background:
        return ""
    return f"на {adjective(random.choice(COLOURS[told.background]), 'on')} фоне"


def _nominative_ground(told: Telling, random: Random) -> str:
    return adjective(random.choice(COLOURS[told.background]), "m") if told.background else ""


def _motion(told: Telling, random: Random) -> str:
    if not told.motion:
        return ""
    adverb = random.choice(SPEEDS[told.speed]) if told.speed in SPEEDS else ""
    if told.motion in WAYS:
        action = _join(random.choice(VERBS), random.choice(WAYS[told.motion]))
    else:
        action = random.choice(ACTIONS[told.motion])
    return _join(adverb, action) if random.random() < 0.7 else _join(action, adverb)


def _sentences(scene: str, told: Telling, random: Random) -> str:
    if not told.background:
        return scene + "."
    return f"{scene}. фон {_nominative_ground(told, random)}."


def _list(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)
