import numpy as np
import pytest

from artifex.errors import BadInput, BadReference
from artifex.media.compose.fonts import missing_letters
from artifex.media.compose.layers import Layer, composed
from artifex.media.compose.titles import TextStyle, text_layer
from artifex.units import PixelSize


def test_a_line_of_text_is_just_large_enough():
    layer = text_layer("Artifex", TextStyle(size=60, colour=(250, 200, 10, 255)))
    alpha = layer[..., 3]
    assert 30 < layer.shape[0] < 80
    rows, columns = np.nonzero(alpha)
    assert max(rows.min(), columns.min(), layer.shape[0] - 1 - rows.max(), layer.shape[1] - 1 - columns.max()) <= 6
    assert (layer[..., :3] == (250, 200, 10)).all()
    assert alpha.max() == 255


def test_lines_stand_under_one_another_as_aligned():
    lefts = {}
    for align in ("left", "center", "right"):
        layer = text_layer("WWWWWWWW\nI", TextStyle(size=40, align=align))
        lower = layer[layer.shape[0] // 2 :, :, 3].any(axis=0)
        lefts[align] = int(lower.argmax()) / layer.shape[1]
    assert lefts["left"] < 0.1
    assert 0.4 < lefts["center"] < 0.55
    assert lefts["right"] > 0.9


@pytest.mark.parametrize("text", ["One line", "Two\nlines", "Three\n\nlines"])
def test_an_outline_goes_around_every_line(text):
    layer = text_layer(text, TextStyle(size=50, outline_width=4, outline_colour=(255, 0, 0, 255)))
    letters = (layer[..., 1] > 200) & (layer[..., 3] == 255)
    outline = (layer[..., 1] < 60) & (layer[..., 3] > 200)
    rows, columns = np.nonzero(letters)
    for outermost, row, column in (
        (rows == rows.min(), -3, 0),
        (rows == rows.max(), 3, 0),
        (columns == columns.min(), 0, -3),
        (columns == columns.max(), 0, 3),
    ):
        assert outline[rows[outermost][0] + row, columns[outermost][0] + column]


def test_a_title_over_a_picture_keeps_its_colour():
    picture = np.full((100, 300, 3), 128, np.uint8)
    layer = text_layer("Title", TextStyle(size=60))
    result = composed([Layer(picture), Layer(layer, fit="none")], PixelSize(width=300, height=100))
    assert result.min() >= 128  # edges of white letters are never darker than what is behind them
    assert (result == 255).all(axis=-1).sum() > 300


def test_letters_that_the_font_lacks_are_refused():
    assert missing_letters("Hello, world 42", None) == ""
    assert missing_letters("Hi Привет", None) == "Привет"
    with pytest.raises(BadInput, match="The font has no letter '한'; choose a font file") as caught:
        text_layer("Seoul 한국", TextStyle())
    assert caught.value.field == "text"


@pytest.mark.parametrize(
    ("text", "style", "message"),
    [
        (" \n ", TextStyle(), "is empty"),
        ("a" * 2001, TextStyle(), "2,001 letters; 2,000 are the most"),
        ("a" * 500, TextStyle(size=200), "make it shorter or smaller"),
        ("a", TextStyle(size=0.5), "from 1 to 8192"),
        ("a", TextStyle(size=float("nan")), "from 1 to 8192"),
        ("a", TextStyle(outline_width=100), "from 0 to its size"),
    ],
)
def test_wrong_texts(text, style, message):
    with pytest.raises(BadInput, match=message):
        text_layer(text, style)


def test_files_that_are_no_fonts(tmp_path):
    (tmp_path / "font.ttf").write_bytes(b"\0\1\0\0" + b"nonsense" * 50)
    for name, message in (("font.ttf", "is not a font"), ("nowhere.ttf", "cannot be opened")):
        with pytest.raises(BadReference, match=message):
            text_layer("a", TextStyle(font=tmp_path / name))
