"""The doors of presets, levels and styles."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from artifex.catalog.presets import LEVELS, PRESETS

STYLES = "/api/v1/styles"


def test_presets_are_listed_with_their_values(client: TestClient) -> None:
    items = client.get("/api/v1/presets").json()["items"]
    assert [item["name"] for item in items] == list(PRESETS)
    film = items[0]
    assert (film["size"], film["frames"], film["steps"], film["guidance"]) == ("1280x720", 121, 60, [3.0, 4.5])
    assert next(item for item in items if item["name"] == "lightning")["needs_lora"]


def test_levels_are_listed_with_their_factors(client: TestClient) -> None:
    items = client.get("/api/v1/levels").json()["items"]
    assert [item["name"] for item in items] == list(LEVELS)
    assert items[0] == {"name": "draft", "steps_factor": 0.5}


def test_a_style_is_kept_changed_and_deleted(client: TestClient) -> None:
    made = client.post(STYLES, json={"name": " Noir ", "after": "black and white", "values": {"motion": 0.3}})
    assert made.status_code == 201
    style = made.json()
    assert (style["name"], style["before"], style["values"]["motion"]) == ("Noir", "", 0.3)
    place = f"{STYLES}/{style['id']}"
    changed = client.patch(place, json={"after": "hard shadows"}).json()
    assert changed == {**style, "after": "hard shadows"}
    assert client.get(STYLES).json()["items"] == [changed]
    assert client.get(place).json() == changed
    assert client.delete(place).status_code == 204
    assert client.get(place).json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 101},
        {"name": "a\u0000b"},
        {"name": "a", "owner": "b"},
        {"name": "a", "after": "x" * 4001},
        {"name": "a", "values": {"steps": "12"}},
        {"name": "a", "values": {"solver": "none"}},
        {"name": "a", "values": {"seed": 1}},
        {"name": "a", "loras": [{"asset": "../x"}]},
        {"name": "a", "loras": [{"asset": "0" * 32, "strength_low": 1e9}]},
    ],
)
def test_a_style_that_is_none_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post(STYLES, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")
    assert client.get(STYLES).json()["items"] == []


def test_a_lora_of_a_style_has_to_be_there(client: TestClient) -> None:
    answer = client.post(STYLES, json={"name": "a", "loras": [{"asset": "0" * 32}]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
