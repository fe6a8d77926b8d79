"""What pages offer for films: looks to begin with, and encodings that this machine has."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from artifex.jobs.films import encodings
from artifex.media.encodings.available import Available
from artifex.media.looks.presets import PRESETS
from artifex.timeline.looks import parse_look


def test_looks_are_listed_as_films_take_them(client: TestClient) -> None:
    items = client.get("/api/v1/looks").json()["items"]
    assert [item["name"] for item in items] == list(PRESETS)
    for item in items:
        assert parse_look(item["nodes"], "look").does_something


def test_encodings_say_whether_they_are_here_and_are_tried_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def tried(presets: Any) -> list[Available]:
        asked.append(list(presets))
        refused = {"h264-nvenc": "No GPU with an encoder."}
        return [Available(name, encoding, refused.get(name)) for name, encoding in presets.items()]

    encodings._tried.cache_clear()
    monkeypatch.setattr(encodings, "available_encodings", tried)
    try:
        client.get("/api/v1/encodings")
        items = {item["name"]: item for item in client.get("/api/v1/encodings").json()["items"]}
    finally:
        encodings._tried.cache_clear()
    assert asked == [list(encodings.ENCODINGS)] == [list(items)]
    assert items["h264"] == {
        "name": "h264",
        "codec": "h264",
        "container": "mp4",
        "bits": 8,
        "engine": "software",
        "in_pieces": True,
        "reason": None,
    }
    assert items["h264-nvenc"]["reason"] == "No GPU with an encoder."
    assert not items["h264-web"]["in_pieces"]
