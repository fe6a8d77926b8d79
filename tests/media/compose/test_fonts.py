"""Which font a text is drawn with."""

import hashlib
import os
from pathlib import Path

import pytest

from artifex.errors import BadField
from artifex.media.compose import fonts as compose_fonts
from artifex.media.compose.fonts import Font, Fonts, machine_fonts, missing_letters
from artifex.media.compose.titles import TextStyle, text_layer
from tests.media.fonts import write_font

RUSSIAN = "Приветмир"
KOREAN = "안녕"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "truetype").mkdir()
    return tmp_path


def test_english_needs_no_font_of_the_machine(folder: Path) -> None:
    write_font(folder / "all.ttf", "Hello" + RUSSIAN)
    font = Fonts([folder]).for_text("Hello")
    assert font.path is None
    assert font == Fonts([]).for_text("lo")
    assert len(font.sha256) == 64


def test_the_first_font_that_has_all_letters_is_taken(folder: Path) -> None:
    write_font(folder / "a.ttf", RUSSIAN.replace("м", ""))
    wanted = write_font(folder / "truetype" / "b.otf", RUSSIAN)
    write_font(folder / "c.ttf", RUSSIAN + "!")
    fonts = Fonts([folder / "nowhere", folder])
    assert fonts.for_text("Привет мир\nмир") == Font(wanted, hashlib.sha256(wanted.read_bytes()).hexdigest())
    assert fonts.for_text("мир!").path == folder / "c.ttf"


def test_well_known_plain_fonts_come_first_and_boxes_never(folder: Path) -> None:
    for name in ("Aaa-Bold", "Aaa", "DejaVuSans", "LastResort", "NotoSans-Regular"):
        write_font(folder / f"{name}.ttf", RUSSIAN)
    taken: list[str] = []
    while len(taken) < 4:
        path = Fonts([folder]).for_text("мир").path
        assert path is not None
        taken.append(path.stem)
        path.unlink()
    assert taken == ["NotoSans-Regular", "DejaVuSans", "Aaa", "Aaa-Bold"]
    with pytest.raises(BadField):
        Fonts([folder]).for_text("мир")


def test_fonts_that_come_and_go_while_the_program_runs(folder: Path) -> None:
    fonts = Fonts([folder])
    with pytest.raises(BadField, match=r"'안', '녕' would be missing\. Install a font") as caught:
        fonts.for_text(f"A {KOREAN}!")
    assert caught.value.field == "text"
    assert "fonts-noto-cjk" in caught.value.message
    path = write_font(folder / "korean.ttf", f"A!{KOREAN}")
    assert fonts.for_text(f"A {KOREAN}!").path == path
    path.unlink()
    with pytest.raises(BadField):
        fonts.for_text(f"A {KOREAN}!")


def test_a_font_is_told_although_another_thread_forgets_all_of_them_meanwhile(folder: Path) -> None:
    class Forgotten(dict[frozenset[str], Path | None]):
        """As ``clear`` of another thread leaves it at once."""

        def __setitem__(self, letters: frozenset[str], path: Path | None) -> None:
            self.clear()

    path = write_font(folder / "a.ttf", RUSSIAN)
    assert Fonts([folder], Forgotten()).for_text("мир").path == path


def test_what_the_nearest_font_lacks_is_named(folder: Path) -> None:
    write_font(folder / "russian.ttf", RUSSIAN)
    with pytest.raises(BadField, match=r"all of the text: '안' would be missing"):
        Fonts([folder]).for_text("Привет 안")
    many = "".join(chr(0xAC00 + i) for i in range(9))
    with pytest.raises(BadField, match="'가', '각', '갂', '갃', '간' and others would"):
        Fonts([folder]).for_text(many)


def test_files_that_are_no_fonts_are_passed_by(folder: Path) -> None:
    (folder / "a.ttf").write_bytes(b"\0\1\0\0" + b"nonsense" * 50)
    (folder / "b.ttf").mkdir()
    (folder / "c.ttf").symlink_to(folder / "nowhere")
    good = write_font(folder / "d.ttf", RUSSIAN)
    assert Fonts([folder]).for_text("мир").path == good


def test_signs_of_direction_are_no_letters_and_never_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "\u202eab\u202c\u200dc\ufe0f"
    assert missing_letters(told, None) == ""
    monkeypatch.setattr(compose_fonts.features, "check", lambda _feature: False)
    style = TextStyle(size=40)
    assert text_layer(told, style).tolist() == text_layer("abc", style).tolist()


def test_signs_that_are_drawn_although_they_direct_are_letters() -> None:
    assert missing_letters("a\u0601b\ufff9c", None) == "\u0601\ufff9"


def test_a_font_that_is_replaced_is_another(folder: Path) -> None:
    fonts = Fonts([folder])
    path = write_font(folder / "one.ttf", "мир")
    os.utime(path, (1, 1))
    first = fonts.for_text("мир")
    drawn = text_layer("мир", TextStyle(size=40, font=path))
    write_font(path, "Wмир")
    second = fonts.for_text("мир")
    assert (second.path, second.sha256 != first.sha256) == (path, True)
    write_font(path, "амир")
    assert text_layer("мир", TextStyle(size=40, font=path)).tolist() != drawn.tolist()


def test_spaces_of_other_widths_are_letters_and_line_breaks_are_none() -> None:
    assert missing_letters("a b\nc\u2028d", None) == ""
    assert missing_letters("a\u1680b", None) == "\u1680"


def test_accents_are_drawn_with_their_letters(folder: Path) -> None:
    path = write_font(folder / "one.ttf", "й")
    assert missing_letters("и\u0306", path) == ""
    style = TextStyle(size=40, font=path)
    assert text_layer("и\u0306", style).tolist() == text_layer("й", style).tolist()


@pytest.mark.parametrize("text", ["Привет, мир", "안녕하세요"])
def test_this_machine_writes_russian_and_korean(text: str) -> None:
    try:
        font = machine_fonts().for_text(text)
    except BadField as error:
        pytest.skip(error.message)
    layer = text_layer(text, TextStyle(size=40, font=font.path))
    assert layer[..., 3].max() == 255
    assert layer.shape[1] > 2 * layer.shape[0]
