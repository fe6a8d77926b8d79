"""What a clip shows or plays: a media file, a shot's accepted take, a plain colour, a title, or a prompt."""

import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, get_args

from artifex.timeline.fields import Fields

MediaKind = Literal["video", "image", "audio"]
Align = Literal["left", "center", "right"]
MOST_LETTERS = 1000
"""The most characters of a title."""


@dataclass(frozen=True, slots=True)
class MediaSource:
    """An asset of the library. Frames are counted at ``rate``, the media's own.

    For audio, ``rate`` is the sample rate and ``frame_count`` the number of samples. An image has one frame, which can
    be shown for any time.
    """

    asset: str
    sha256: str
    kind: MediaKind
    frame_count: int
    rate: Fraction
    has_sound: bool = False
    width: int = 0
    height: int = 0
    has_alpha: bool = False
    name: str = ""

    @property
    def is_endless(self) -> bool:
        return self.kind == "image"

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "kind": self.kind,
            "asset": self.asset,
            "sha256": self.sha256,
            "frame_count": self.frame_count,
            "rate": str(self.rate),
        }
        extras = {
            "has_sound": self.has_sound,
            "width": self.width,
            "height": self.height,
            "has_alpha": self.has_alpha,
            "name": self.name,
        }
        return data | {name: value for name, value in extras.items() if value}


@dataclass(frozen=True, slots=True)
class ShotSource:
    """The accepted take of a shot. The figures are that take's or, before there is one, those of the shot's recipe."""

    shot: str
    frame_count: int
    rate: Fraction
    has_sound: bool = False
    width: int = 0
    height: int = 0

    @property
    def is_endless(self) -> bool:
        return False

    def with_take(self, take: MediaSource) -> "ShotSource":
        """The same shot with the figures of a take."""
        return replace(
            self,
            frame_count=take.frame_count,
            rate=take.rate,
            has_sound=take.has_sound,
            width=take.width,
            height=take.height,
        )

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "kind": "shot",
            "shot": self.shot,
            "frame_count": self.frame_count,
            "rate": str(self.rate),
        }
        extras = {"has_sound": self.has_sound, "width": self.width, "height": self.height}
        return data | {name: value for name, value in extras.items() if value}


@dataclass(frozen=True, slots=True)
class ColourSource:
    """A plain colour, ``#rrggbb``, for any time."""

    colour: str = "#000000"

    @property
    def is_endless(self) -> bool:
        return True

    def to_data(self) -> dict[str, Any]:
        return {"kind": "colour", "colour": self.colour}


@dataclass(frozen=True, slots=True)
class TitleSource:
    """Text over what is below, for any time; line breaks start new lines.

    ``size`` is the font size as a fraction of the picture's height; ``outline`` and ``line_spacing`` (what is added
    between two lines) are fractions of the font size. ``align`` aligns the lines with one another; the text as a whole
    is centred in the picture, unless the clip's parameters move it. Colours are ``#rrggbb``.
    """

    text: str
    size: float = 0.1
    colour: str = "#ffffff"
    outline: float = 0.0
    outline_colour: str = "#000000"
    align: Align = "center"
    line_spacing: float = 0.25

    @property
    def is_endless(self) -> bool:
        return True

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"kind": "title", "text": self.text, "size": self.size, "colour": self.colour}
        extras: dict[str, tuple[object, object]] = {
            "outline": (self.outline, 0.0),
            "outline_colour": (self.outline_colour, "#000000"),
            "align": (self.align, "center"),
            "line_spacing": (self.line_spacing, 0.25),
        }
        return data | {name: value for name, (value, usual) in extras.items() if value != usual}


@dataclass(frozen=True, slots=True)
class PromptSource:
    """A prompt for the generated clips that it lies over.

    ``crossfade``: timeline frames, from the prompt's start, over which it fades in from the one before.
    """

    text: str
    crossfade: int = 0

    @property
    def is_endless(self) -> bool:
        return True

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"kind": "prompt", "text": self.text}
        return data | ({"crossfade": self.crossfade} if self.crossfade else {})


Source = MediaSource | ShotSource | ColourSource | TitleSource | PromptSource


def parse_source(data: object, where: str) -> Source:
    """Raises BadInput."""
    fields = Fields(data, where)
    kind = fields.one_of("kind", (*get_args(MediaKind), "shot", "colour", "title", "prompt"))
    match kind:
        case "shot":
            source: Source = ShotSource(
                fields.id("shot"),
                fields.whole("frame_count", least=1),
                fields.rate("rate"),
                fields.flag("has_sound", False),
                fields.whole("width", 0, 0),
                fields.whole("height", 0, 0),
            )
        case "colour":
            source = ColourSource(fields.colour("colour", "#000000"))
        case "title":
            source = _title(fields)
        case "prompt":
            source = PromptSource(fields.text("text"), fields.whole("crossfade", 0, 0))
        case _:
            source = _media(fields, kind)
    fields.finish()
    return source


def parse_media(data: object, where: str) -> MediaSource:
    """Raises BadInput."""
    fields = Fields(data, where)
    media = _media(fields, fields.one_of("kind", get_args(MediaKind)))
    fields.finish()
    return media


def _title(fields: Fields) -> TitleSource:
    return TitleSource(
        text=_words(fields),
        size=fields.number("size", 0.1, 0.005, 1.0),
        colour=fields.colour("colour", "#ffffff"),
        outline=fields.number("outline", 0.0, 0.0, 0.5),
        outline_colour=fields.colour("outline_colour", "#000000"),
        align=fields.one_of("align", get_args(Align), "center"),
        line_spacing=fields.number("line_spacing", 0.25, 0.0, 4.0),
    )


def _words(fields: Fields) -> str:
    text = fields.text("text", most=MOST_LETTERS)
    for letter in text:
        if letter != "\n" and unicodedata.category(letter) == "Cc":
            raise fields.wrong("text", f"has a control character, U+{ord(letter):04X}; take it out.")
    if not any(unicodedata.category(letter)[0] in "LMNPS" for letter in text):
        raise fields.wrong("text", "is empty; write something.")
    return text


def _media(fields: Fields, kind: MediaKind) -> MediaSource:
    return MediaSource(
        asset=fields.id("asset"),
        sha256=fields.sha256("sha256"),
        kind=kind,
        frame_count=fields.whole("frame_count", least=1),
        rate=fields.rate("rate"),
        has_sound=fields.flag("has_sound", kind == "audio"),
        width=fields.whole("width", 0, 0),
        height=fields.whole("height", 0, 0),
        has_alpha=fields.flag("has_alpha", False),
        name=fields.text("name", ""),
    )
