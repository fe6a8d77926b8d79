"""How a LoRA and its strengths are written on the command line."""

from pathlib import Path

import pytest

from artifex.catalog.loras import parse_lora_option
from artifex.errors import BadInput


@pytest.mark.parametrize(
    ("text", "path", "low", "high"),
    [
        ("a.safetensors", "a.safetensors", 1, 1),
        ("a.safetensors:0.8", "a.safetensors", 0.8, 0.8),
        ("a.safetensors:.8,0", "a.safetensors", 0.8, 0),
        ("a.safetensors:-1.5,+2.", "a.safetensors", -1.5, 2),
        (r"C:\loras\a.safetensors", r"C:\loras\a.safetensors", 1, 1),
        (r"C:\loras\a.safetensors:0.5,1", r"C:\loras\a.safetensors", 0.5, 1),
        ("C:a.safetensors:0.5", "C:a.safetensors", 0.5, 0.5),
        ("C:a.safetensors", "C:a.safetensors", 1, 1),
        ("C:/loras/a.safetensors", "C:/loras/a.safetensors", 1, 1),
        ("odd:folder/a.safetensors", "odd:folder/a.safetensors", 1, 1),
        ("odd:folder/a.safetensors:2", "odd:folder/a.safetensors", 2, 2),
        ("빛.safetensors:0.7", "빛.safetensors", 0.7, 0.7),
    ],
)
def test_file_and_strengths(text: str, path: str, low: float, high: float) -> None:
    assert parse_lora_option(text) == (Path(path), low, high)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.safetensors:strong", "'strong' is not understood"),
        ("a.safetensors:", "not understood"),
        ("a.safetensors:1,2,3", "not understood"),
        ("a.safetensors:1;2", "not understood"),
        ("a.safetensors:nan", "not understood"),
        ("a.safetensors:1e3", "not understood"),
        (":0.5", "without its file"),
        ("", "without its file"),
        ("a\0b", "without its file"),
    ],
)
def test_what_is_not_understood(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse_lora_option(text)
