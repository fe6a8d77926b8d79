"""Prompts over time, asked for by the API: in the recipe as marks, or refused with the field's name."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.test_jobs import JOBS, ask, made


def test_marks_are_part_of_the_recipe(client: TestClient) -> None:
    track = [{"frame": 4, "prompt": "a blue circle", "crossfade": 2}, {"seconds": 0.5, "prompt": "a green circle"}]
    recipe = made(client, prompt_track=track)["recipe"]
    assert recipe["prompt_track"] == [
        {"frame": 4, "prompt": "a blue circle", "crossfade": 2},
        {"frame": 8, "prompt": "a green circle", "crossfade": 0},
    ]
    again = made(client, prompt=None, recipe=recipe, seed=9)["recipe"]
    assert again["prompt_track"] == recipe["prompt_track"]
    without = made(client, prompt=None, recipe=recipe, prompt_track=[])["recipe"]
    assert "prompt_track" not in without


@pytest.mark.parametrize(
    ("track", "said"),
    [
        ([{"frame": 4, "seconds": 1, "prompt": "blue"}], "either frame or seconds"),
        ([{"prompt": "blue"}], "either frame or seconds"),
        ([{"frame": 17, "prompt": "blue"}], "choose 1 to 16"),
        ([{"frame": 4, "prompt": ""}], "empty"),
        ([{"frame": 4, "prompt": "blue"}, {"frame": 4, "prompt": "green"}], "not behind"),
    ],
)
def test_bad_marks_are_refused_by_name(client: TestClient, track: list[dict[str, Any]], said: str) -> None:
    error = ask(client, prompt_track=track).json()["error"]
    assert said in error["message"]
    assert [field["field"] for field in error["details"]["fields"]] == ["prompt_track"]
    assert client.get(JOBS).json()["items"] == []


def test_models_tell_whether_they_take_one(client: TestClient) -> None:
    told = {model["name"]: model for model in client.get("/api/v1/models").json()["items"]}
    takes = {name: (model["prompt_track"], model["windows"]) for name, model in told.items()}
    assert takes["starter"] == (True, True)
    assert takes["wan2.2-i2v-a14b"] == (True, False)
    assert takes["wan2.2-s2v-14b"] == (False, False)
