"""Tables of the authors' integer and text rules."""

import json
from typing import Any

import pytest

from artifex.catalog.wan.extent import best_size, nearest_size
from artifex.catalog.wan.text import clean_prompt
from artifex.units import PixelSize
from tests.golden.cases import find_case


@pytest.fixture(scope="module")
def rules() -> dict[str, Any]:
    case = find_case("rules")
    return json.loads((case.folder / case.about["file"]).read_text(encoding="utf-8"))


def test_best_size_for_a_picture(rules: dict[str, Any]) -> None:
    for width, height, area, *expected in rules["ti2v_output_size"]["rows"]:
        size = best_size(PixelSize(width, height), area, 32)
        assert [size.width, size.height] == expected


def test_nearest_size_for_a_picture(rules: dict[str, Any]) -> None:
    for width, height, area, *expected in rules["i2v_output_size"]["rows"]:
        size = nearest_size(PixelSize(width, height), area, 16)
        assert [size.width, size.height] == expected


def test_prompt_cleaning(rules: dict[str, Any]) -> None:
    for raw, clean in rules["text_clean"]:
        assert clean_prompt(raw) == clean
