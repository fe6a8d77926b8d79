"""Clips from pictures and clips, with LoRAs and enhanced prompts: made, recorded, and remade frame for frame.

The model is the authors' small recorded checkpoint of two experts, in their own layout.
"""

from pathlib import Path

import pytest
import torch

from artifex.cli.main import main
from artifex.media.decode import frame_hashes
from artifex.recipe import Recipe, parse_recipe
from tests.adapters.lora_files import Pair, in_layout, write
from tests.jobs.small_models import write_picture

WIDTH, FEED = 72, 144
"""Of the checkpoint's blocks."""
SMALL = ["--model", "tiny-i2v", "--size", "64x64", "--frames", "5", "--steps", "2", "--seed", "7"]
PROMPT = "a boat turns"


def make(output: str, *options: str) -> list[str]:
    """Make a clip on the command line; returns its frame hashes."""
    assert main(["generate", PROMPT, *SMALL, *options, "-o", output]) == 0
    return list(frame_hashes(Path(output)))


def remake(source: str, output: str) -> list[str]:
    assert main(["generate", "--recipe", source, "-o", output]) == 0
    return list(frame_hashes(Path(output)))


def recipe_of(clip: str) -> Recipe:
    return parse_recipe(Path(f"{clip}.json").read_text())


def roles(clip: str) -> set[str]:
    return {reference.role for reference in recipe_of(clip).references}


def write_lora(path: Path) -> Path:
    """A LoRA on the attention of two blocks, strong enough to be seen."""
    generator = torch.Generator().manual_seed(3)

    def pair(rows: int, columns: int) -> Pair:
        return Pair(torch.randn(4, columns, generator=generator), torch.randn(rows, 4, generator=generator))

    layers = {f"blocks.{block}.self_attn.{letter}": pair(WIDTH, WIDTH) for block in range(2) for letter in "qkvo"}
    layers["blocks.0.ffn.0"] = pair(FEED, WIDTH)
    return write(path, in_layout("authors", layers))


def test_every_way_to_begin(studio: Path) -> None:
    write_picture(studio / "end.png", seed=1)
    first = make("first.mkv", "--image", "start.png")
    last = make("last.mkv", "--image", "start.png", "--last-image", "end.png")
    on = make("on.mkv", "--extend", "first.mkv", "--frames", "9")
    assert (len(first), len(last), len(on)) == (5, 5, 9)
    assert first != last
    assert [roles(clip) for clip in ("first.mkv", "last.mkv", "on.mkv")] == [
        {"image"},
        {"image", "last_image"},
        {"video"},
    ]
    for name in ("start.png", "end.png"):
        (studio / name).unlink()
    assert remake("last.mkv", "last-again.mkv") == last
    assert remake("on.mkv.json", "on-again.mkv") == on
    (studio / "first.mkv").unlink()
    assert remake("on.mkv", "on-a-third-time.mkv") == on


@pytest.mark.parametrize(("strengths", "low", "high"), [("0.8", 0.8, 0.8), ("0.5,0", 0.5, 0.0)])
def test_a_lora_is_part_of_the_recipe(studio: Path, strengths: str, low: float, high: float) -> None:
    write_lora(studio / "style.safetensors")
    without = make("plain.mkv", "--image", "start.png")
    dressed = make("dressed.mkv", "--image", "start.png", "--lora", f"style.safetensors:{strengths}")
    assert dressed != without
    [lora] = recipe_of("dressed.mkv").loras
    assert (lora.name, lora.strength_low, lora.strength_high) == ("style.safetensors", low, high)
    (studio / "style.safetensors").unlink()
    assert remake("dressed.mkv", "again.mkv") == dressed


def test_a_lora_without_strength_changes_nothing(studio: Path) -> None:
    write_lora(studio / "style.safetensors")
    without = make("plain.mkv", "--image", "start.png")
    assert make("zero.mkv", "--image", "start.png", "--lora", "style.safetensors:0") == without


def test_an_enhanced_prompt_is_shown_and_recorded(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = make("clip.mkv", "--image", "start.png", "--enhance")
    recipe = recipe_of("clip.mkv")
    assert recipe.written_prompt == PROMPT
    assert recipe.prompt != PROMPT
    assert f"Sent to the model: {recipe.prompt}" in capsys.readouterr().err
    assert remake("clip.mkv", "again.mkv") == made
    assert (recipe_of("again.mkv").prompt, recipe_of("again.mkv").written_prompt) == (recipe.prompt, PROMPT)


def test_another_picture_stands_over_the_recipes(studio: Path) -> None:
    write_picture(studio / "other.png", seed=2)
    first = make("first.mkv", "--image", "start.png")
    assert main(["generate", "--recipe", "first.mkv", "--image", "other.png", "-o", "second.mkv"]) == 0
    assert list(frame_hashes(Path("second.mkv"))) != first


def test_weights_of_eight_bits_are_part_of_the_recipe(studio: Path) -> None:
    plain = make("plain.mkv", "--image", "start.png")
    rounded = make("rounded.mkv", "--image", "start.png", "--quantise", "int8")
    assert recipe_of("rounded.mkv").rungs == ("int8",)
    assert rounded != plain
    assert remake("rounded.mkv", "again.mkv") == rounded
    # The existing clip was made from another recipe, so it does not count as finished.
    assert main(["generate", "--recipe", "plain.mkv", "--quantise", "int8", "-o", "plain.mkv"]) == 2
