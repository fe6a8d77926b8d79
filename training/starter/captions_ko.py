"""Korean captions: "파란 배경 위에서 작은 빨간 원이 왼쪽으로 천천히 움직인다"."""

from random import Random

from training.starter.telling import Telling

COLOURS = {
    "red": ["빨간", "빨간색", "붉은"],
    "orange": ["주황", "주황색"],
    "yellow": ["노란", "노란색"],
    "green": ["초록", "초록색", "녹색"],
    "cyan": ["청록", "청록색"],
    "blue": ["파란", "파란색", "푸른"],
    "purple": ["보라", "보라색"],
    "pink": ["분홍", "분홍색", "핑크색"],
    "brown": ["갈색"],
    "black": ["검은", "검은색", "검정", "까만"],
    "white": ["흰", "흰색", "하얀"],
    "gray": ["회색"],
}
SHAPES = {
    "circle": ["원", "원", "동그라미", "공"],
    "square": ["정사각형", "사각형", "네모"],
    "triangle": ["삼각형", "세모"],
    "star": ["별"],
    "heart": ["하트"],
    "ring": ["고리", "링"],
    "cross": ["십자가", "십자"],
    "diamond": ["마름모", "다이아몬드"],
}
NO_SHAPE = ["도형", "물체"]
SIZES = {"small": ["작은"], "large": ["큰", "커다란"]}
SPEEDS = {"slow": ["천천히", "느리게"], "fast": ["빠르게", "빨리"]}

# Verb forms: (plain, polite, before a noun).
MOVES = [
    ("움직인다", "움직입니다", "움직이는"),
    ("이동한다", "이동합니다", "이동하는"),
    ("간다", "갑니다", "가는"),
]
WAYS = {
    "left": ["왼쪽으로"],
    "right": ["오른쪽으로"],
    "up": ["위로", "위쪽으로"],
    "down": ["아래로", "아래쪽으로"],
    "up-left": ["대각선으로 왼쪽 위로", "왼쪽 위로"],
    "up-right": ["대각선으로 오른쪽 위로", "오른쪽 위로"],
    "down-left": ["대각선으로 왼쪽 아래로", "왼쪽 아래로"],
    "down-right": ["대각선으로 오른쪽 아래로", "오른쪽 아래로"],
}
_SPIN = [("회전한다", "회전합니다", "회전하는"), ("돈다", "돕니다", "도는")]
ACTIONS = {
    "bounce": [("튄다", "튑니다", "튀는"), ("위아래로 튄다", "위아래로 튑니다", "위아래로 튀는")],
    "grow": [("커진다", "커집니다", "커지는"), ("점점 커진다", "점점 커집니다", "점점 커지는")],
    "shrink": [("작아진다", "작아집니다", "작아지는"), ("점점 작아진다", "점점 작아집니다", "점점 작아지는")],
    "clockwise": [tuple(f"시계 방향으로 {form}" for form in forms) for forms in _SPIN],
    "counterclockwise": [tuple(f"반시계 방향으로 {form}" for form in forms) for forms in _SPIN],
    "orbit": [
        ("원을 그리며 움직인다", "원을 그리며 움직입니다", "원을 그리며 움직이는"),
        ("원을 그리며 돈다", "원을 그리며 돕니다", "원을 그리며 도는"),
    ],
    "still": [
        ("가만히 있다", "가만히 있습니다", "가만히 있는"),
        ("멈춰 있다", "멈춰 있습니다", "멈춰 있는"),
        ("움직이지 않는다", "움직이지 않습니다", "움직이지 않는"),
    ],
}


def write(told: Telling, random: Random) -> str:
    """One Korean sentence or list of phrases."""
    subject, ground = _subject(told, random), _ground(told, random)
    plain, polite, adnominal = _motion(told, random)
    ending = random.choice([plain, plain, polite])
    topic = subject + (
        _after_vowel(subject, "가", "이") if random.random() < 0.7 else _after_vowel(subject, "는", "은")
    )
    topic = topic if ending else subject
    place = f"{ground} {random.choice(['배경 위에서', '배경에서'])}" if ground else ""
    listed = f"{ground} 배경" if ground else ""
    forms = [
        _join(place, topic, ending),
        _join(place, topic, ending),
        _join(topic, place, ending),
        _join(place, adnominal, subject),
        _list(listed, _join(topic, ending)),
        _list(_join(adnominal, subject), listed),
        _join(place, adnominal, subject, "영상"),
        _list(subject, listed, plain),
    ]
    return random.choice(forms)


def _subject(told: Telling, random: Random) -> str:
    size = random.choice(SIZES[told.size]) if told.size in SIZES else ""
    colour = random.choice(COLOURS[told.colour]) if told.colour else ""
    return _join(size, colour, random.choice(SHAPES[told.shape] if told.shape else NO_SHAPE))


def _ground(told: Telling, random: Random) -> str:
    return random.choice(COLOURS[told.background]) if told.background else ""


def _motion(told: Telling, random: Random) -> tuple[str, str, str]:
    """The motion with its speed: plain, polite and before a noun."""
    if not told.motion:
        return "", "", ""
    adverb = random.choice(SPEEDS[told.speed]) if told.speed in SPEEDS else ""
    if told.motion in WAYS:
        way = random.choice(WAYS[told.motion])
        before = _join(adverb, way) if random.random() < 0.5 else _join(way, adverb)
        forms = random.choice(MOVES)
    else:
        before, forms = adverb, random.choice(ACTIONS[told.motion])
    plain, polite, adnominal = (_join(before, form) for form in forms)
    return plain, polite, adnominal


def _after_vowel(word: str, vowel: str, consonant: str) -> str:
    """The particle that follows `word`: Hangul syllables without a final consonant have (code - 0xAC00) % 28 == 0."""
    return consonant if (ord(word[-1]) - 0xAC00) % 28 else vowel


def _list(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)
