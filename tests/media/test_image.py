import os
import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageFile

from artifex.errors import BadReference
from artifex.media.image import open_layer, open_picture
from artifex.media.sandbox import Sandbox


@pytest.fixture
def picture(draw) -> Image.Image:
    return Image.fromarray(draw(1, 160, 128)[0])


def _saved(image, kind, **options) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png_header(width: int, height: int) -> bytes:
    """A PNG file that promises much and holds one line of nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(64)))


@pytest.mark.parametrize(("kind", "least"), [("PNG", np.inf), ("BMP", np.inf), ("JPEG", 30), ("WEBP", 30), ("GIF", 20)])
def test_formats_whatever_the_suffix(kind, least, picture, tmp_path, psnr):
    path = tmp_path / "picture.txt"
    path.write_bytes(_saved(picture, kind))
    opened = open_picture(path)
    assert opened.shape == (128, 160, 3)
    assert opened.dtype == np.uint8
    assert psnr(opened, np.asarray(picture)) >= least


def test_exif_rotation_is_applied(picture, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned; show it 90 degrees clockwise
    (tmp_path / "turned.png").write_bytes(_saved(picture, "PNG", exif=exif))
    assert np.array_equal(open_picture(tmp_path / "turned.png"), np.rot90(np.asarray(picture), -1))


def test_transparency_stays_in_a_layer(tmp_path):
    drawn = Image.fromarray(np.random.default_rng(2).integers(0, 256, (20, 24, 4), np.uint8))
    (tmp_path / "layer.png").write_bytes(_saved(drawn, "PNG"))
    assert np.array_equal(open_layer(tmp_path / "layer.png"), np.asarray(drawn))
    assert np.array_equal(Sandbox().open_layer(tmp_path / "layer.png"), np.asarray(drawn))
    (tmp_path / "opaque.png").write_bytes(_saved(drawn.convert("RGB"), "PNG"))
    assert open_layer(tmp_path / "opaque.png").shape == (20, 24, 3)


def test_transparency_is_laid_on_white(tmp_path):
    layer = np.zeros((32, 32, 4), np.uint8)
    layer[8:24, 8:24] = (200, 0, 0, 255)
    (tmp_path / "alpha.png").write_bytes(_saved(Image.fromarray(layer), "PNG"))
    palette = Image.fromarray(layer[..., :3]).convert("P", palette=Image.Palette.ADAPTIVE)
    (tmp_path / "palette.png").write_bytes(_saved(palette, "PNG", transparency=palette.getpixel((0, 0))))
    for name in ("alpha.png", "palette.png"):
        opened = open_picture(tmp_path / name)
        assert opened[0, 0].tolist() == [255, 255, 255]
        assert opened[16, 16].tolist() == [200, 0, 0]


def test_sixteen_bit_grey_and_cmyk(tmp_path):
    ramp = np.linspace(0, 65535, 32 * 32).reshape(32, 32).astype(np.uint16)
    (tmp_path / "deep.png").write_bytes(_saved(Image.fromarray(ramp), "PNG"))
    assert np.array_equal(open_picture(tmp_path / "deep.png")[..., 1], ramp >> 8)
    (tmp_path / "print.jpg").write_bytes(_saved(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "JPEG"))
    assert np.abs(open_picture(tmp_path / "print.jpg")[16, 16].astype(int) - (255, 0, 0)).max() <= 3


def test_an_animation_gives_its_first_frame(tmp_path):
    pages = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        (tmp_path / kind).write_bytes(_saved(pages[0], kind, save_all=True, append_images=pages[1:]))
        assert np.abs(open_picture(tmp_path / kind)[16, 16].astype(int) - (255, 0, 0)).max() <= 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"just some words\n" * 40, "is not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a picture"),
        (b"II*\0\x08\0\0\0\0\0", "is not a picture"),
        (b"\x89PNG\r\n\x1a\n", "is cut or damaged|is not a picture"),
        (_png_header(50_000, 50_000), "more than 40 million pixels"),
        (_png_header(8_000, 6_000), "more than 40 million pixels"),
        (_png_header(2**31 - 1, 2**31 - 1), "more than 40 million pixels"),
        (_png_header(64, 64), "is cut or damaged"),
        (_saved(Image.new("RGB", (1, 1)), "PNG"), "only 1x1"),
        (_saved(Image.new("RGB", (200, 15)), "PNG"), "only 200x15"),
    ],
)
def test_hostile_content(content, message, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(BadReference, match=message):
        open_picture(path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "GIF"])
def test_truncated(kind, picture, tmp_path):
    whole = _saved(picture, kind)
    for share in (0.1, 0.5, 0.9):
        (tmp_path / "cut").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(BadReference, match=r"is cut or damaged|is not a picture"):
            open_picture(tmp_path / "cut")


def test_a_real_bomb_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    path = tmp_path / "bomb.png"
    path.write_bytes(_saved(Image.new("1", (16_000, 16_000)), "PNG"))
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _picture: pytest.fail("it was decoded"))
    with pytest.raises(BadReference, match="scale it down"):
        open_picture(path)


def test_a_file_over_the_limit(picture, tmp_path):
    path = tmp_path / "huge.png"
    path.write_bytes(_saved(picture, "PNG"))
    os.truncate(path, 64 * 2**20 + 1)
    with pytest.raises(BadReference, match="larger than 64 MiB"):
        open_picture(path)


@pytest.mark.skipif(os.name == "nt", reason="no FIFOs, and symbolic links need rights")
def test_what_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    expected = {
        tmp_path: "is a folder",
        tmp_path / "pipe": "not a regular file",
        tmp_path / "loop": "cannot be opened",
        tmp_path / "nowhere.png": "cannot be opened .no such file",
        tmp_path / "a\0b": "the name is not valid",
        tmp_path / ("x" * 5000): "cannot be opened",
    }
    for path, message in expected.items():
        with pytest.raises(BadReference, match=message):
            open_picture(path)
