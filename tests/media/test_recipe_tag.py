import json
import shutil
import subprocess
from fractions import Fraction

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from artifex.errors import BadRecipe, BadReference
from artifex.media.codecs import CODECS, FFV1, H264, HEVC
from artifex.media.decode import frame_hashes
from artifex.media.encode import encode_video
from artifex.media.recipe_tag import png_tags, read_recipe_text

RECIPES = {
    "plain": {"prompt": "a red circle"},
    "scripts": {"prompt": "빨간 원 · красный круг · 🎬 · e\u0301"},
    "quotes": {"prompt": "\"quoted\" 'single' \\ back=slash; #hash\n\tnew line \u0000 {brace}"},
    "long": {"prompt": "длинный " * 12_500},
}


@pytest.mark.parametrize("codec", CODECS.values(), ids=lambda codec: codec.name)
@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_comes_back(codec, name, clip, tmp_path):
    text = json.dumps(RECIPES[name], ensure_ascii=False)
    path = tmp_path / f"clip{codec.suffix}"
    encode_video([clip[:5]], Fraction(16), path, codec, text)
    assert read_recipe_text(path) == text


def test_any_frame_of_a_sequence_carries_it(clip, tmp_path):
    encode_video([clip[:5]], Fraction(16), tmp_path / "shot", CODECS["png"], '{"seed":1}')
    assert read_recipe_text(tmp_path / "shot" / "frame_000004.png") == '{"seed":1}'


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="an extra: needs an FFmpeg program beside PyAV")
@pytest.mark.parametrize("codec", [H264, HEVC, FFV1], ids=lambda codec: codec.name)
def test_it_survives_a_remux_by_another_ffmpeg(codec, clip, tmp_path):
    text = json.dumps(RECIPES["scripts"] | RECIPES["long"], ensure_ascii=False)
    path, copy = tmp_path / f"clip{codec.suffix}", tmp_path / f"copy{codec.suffix}"
    encode_video([clip[:9]], Fraction(16), path, codec, text)
    subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-c", "copy", copy], check=True, stdin=subprocess.DEVNULL)
    assert read_recipe_text(copy) == text
    assert frame_hashes(copy) == frame_hashes(path)


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="an extra: needs an FFmpeg program beside PyAV")
@pytest.mark.parametrize("codec", [H264, HEVC], ids=lambda codec: codec.name)
def test_another_ffmpeg_sees_the_colour_tags(codec, clip, tmp_path):
    encode_video([clip], Fraction(24000, 1001), tmp_path / "clip.mp4", codec)
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", tmp_path / "clip.mp4"]
    stream = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["streams"][0]
    expected = {"color_range": "tv", "nb_frames": "33", "r_frame_rate": "24000/1001"}
    expected |= dict.fromkeys(("color_space", "color_transfer", "color_primaries"), "bt709")
    assert expected.items() <= stream.items()


def test_no_recipe(clip, tmp_path):
    encode_video([clip[:5]], Fraction(16), tmp_path / "none.mp4")
    encode_video([clip[:5]], Fraction(16), tmp_path / "words.mp4", recipe_text="Recorded on holiday")
    Image.new("RGB", (32, 32)).save(tmp_path / "none.png")
    for name in ("none.mp4", "words.mp4", "none.png"):
        assert read_recipe_text(tmp_path / name) is None


def test_a_recipe_over_the_limit(tmp_path):
    info = PngInfo()
    info.add_text("Comment", "{" + " " * 2**20 + "}")
    Image.new("RGB", (32, 32)).save(tmp_path / "long.png", pnginfo=info)
    with pytest.raises(BadRecipe, match="longer than 1 MiB"):
        read_recipe_text(tmp_path / "long.png")
    with pytest.raises(BadRecipe, match="longer than 1 MiB"):
        png_tags("ж" * 2**19 + "!")


def test_a_text_bomb_is_refused(tmp_path):
    info = PngInfo()
    info.add_itxt("Comment", "{" + " " * 2**25, zip=True)
    Image.new("RGB", (32, 32)).save(tmp_path / "bomb.png", pnginfo=info)
    with pytest.raises(BadReference):
        read_recipe_text(tmp_path / "bomb.png")
