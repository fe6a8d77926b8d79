"""The doors of models: what there is, and who may change it."""

from fastapi.testclient import TestClient

from artifex.catalog.registry import catalogue
from artifex.catalog.shelf import Installed, Shelf, Source
from tests.api.conftest import Studio

STARTER = "/api/v1/models/starter"
WAN = "/api/v1/models/wan2.2-ti2v-5b"


def test_every_model_is_listed_with_what_it_can_do(client: TestClient) -> None:
    items = client.get("/api/v1/models").json()["items"]
    assert [item["name"] for item in items] == list(catalogue())
    starter = next(item for item in items if item["name"] == "starter")
    assert starter["installed"]
    assert starter["default"]
    assert starter["tasks"] == ["t2v", "i2v"]
    assert starter["limits"]["grid"] == 32
    assert starter["defaults"]["size"] == "256x256"
    assert starter["bytes"] > 0


def test_one_model_is_told_like_in_the_list(client: TestClient) -> None:
    wan = client.get(WAN).json()
    assert wan in client.get("/api/v1/models").json()["items"]
    assert wan["source"]["repository"] == "Wan-AI/Wan2.2-TI2V-5B"
    assert not wan["installed"]
    assert wan["bytes"] is None


def test_an_unknown_model_is_refused_with_a_hint(client: TestClient) -> None:
    for path in ("/api/v1/models/startr", "/api/v1/models/%2e%2e", "/api/v1/models/a%00b"):
        answer = client.get(path)
        assert 400 <= answer.status_code < 500
    assert "did you mean starter" in client.get("/api/v1/models/startr").json()["error"]["message"]


def test_pulling_and_verifying_are_jobs(studio: Studio) -> None:
    pulled = studio.client.post(f"{WAN}/pull", json={"update": True, "slot": "here.cpu0"})
    assert pulled.status_code == 202
    assert pulled.json()["kind"] == "pull"
    assert pulled.json()["wanted_slot"] == "here.cpu0"
    verified = studio.client.post(f"{STARTER}/verify").json()
    requests = [studio.service.queue.get(job["id"]).request for job in (pulled.json(), verified)]
    assert requests == [
        {"model": "wan2.2-ti2v-5b", "update": True},
        {"model": "starter", "verify": True},
    ]


def test_what_cannot_be_pulled_or_verified_queues_nothing(studio: Studio) -> None:
    assert studio.client.post(f"{STARTER}/pull").json()["error"]["code"] == "bad_input"
    assert studio.client.post(f"{WAN}/verify").json()["error"]["code"] == "not_installed"
    assert studio.client.post(f"{WAN}/pull", json={"updat": True}).status_code == 400
    for door in (f"{WAN}/pull", f"{STARTER}/verify", f"{STARTER}/warm"):
        assert studio.client.post(door, json={"slot": "here.cpu0\0"}).status_code == 400
    assert studio.service.queue.page().jobs == []


def install(studio: Studio) -> Shelf:
    shelf = Shelf(studio.service.settings.models)
    files = shelf.files_folder("wan2.2-ti2v-5b")
    shelf.put(Installed("wan2.2-ti2v-5b", "wan2.2-ti2v-5b", files, (), Source("Wan-AI/x", "0" * 40)))
    return shelf


def test_an_installed_model_can_be_chosen_and_removed(studio: Studio) -> None:
    assert studio.client.post(f"{WAN}/use").json()["error"]["code"] == "not_installed"
    shelf = install(studio)
    assert studio.client.post(f"{WAN}/use").json()["default"]
    assert studio.client.delete(WAN).status_code == 204
    assert shelf.installed() == {}
    assert studio.client.get(STARTER).json()["default"]


def test_what_is_not_there_or_ours_cannot_be_removed(client: TestClient) -> None:
    for path in (STARTER, WAN, "/api/v1/models/none"):
        assert client.delete(path).status_code == 400
