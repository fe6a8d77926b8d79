"""What pages ask before a clip is made: what it would take and what could give, what a model can, what is here."""

import asyncio
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from fastapi.testclient import TestClient

from artifex.accounts.identity import Role
from artifex.api.config import ApiConfig
from artifex.api.enhancing import enhanced
from artifex.api.service import Caller
from artifex.catalog.attention import ATTENTION, EIGHT_BIT
from artifex.catalog.compose import Wishes, compose, roles
from artifex.catalog.enhance import Enhanced
from artifex.catalog.registry import catalogue
from artifex.engine.attention import pick
from artifex.errors import BadInput
from artifex.jobs.measurements import record
from artifex.jobs.optimizations import TEXTS
from artifex.jobs.own_clip import own_clip
from artifex.jobs.planner import Planner
from artifex.machine import this_machine
from artifex.recipe import ModelLock, Reference, Task
from artifex.settings import Settings
from tests.api.conftest import Studio
from tests.api.test_jobs import JOBS, SLOT, claim, made
from tests.jobs.test_measurements import TIMES, WORK, a_plan

ESTIMATE, MODELS, SYSTEM = f"{JOBS}/estimate", "/api/v1/models", "/api/v1/system"
T2V = "wan2.2-t2v-a14b"


def estimate(client: TestClient, **fields: Any) -> dict[str, Any]:
    answer = client.post(ESTIMATE, json={"prompt": "a boat", **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    "fields",
    [
        {"model": T2V, "area": "832x480", "seconds": 3},
        {"model": "wan2.2-ti2v-5b", "width": 1280, "height": 704, "quality": "cinema"},
        {"model": "starter", "preset": None},
    ],
)
def test_an_alternative_is_a_body_that_comes_to_what_it_promises(client: TestClient, fields: dict[str, Any]) -> None:
    told = estimate(client, **fields)
    assert told["installed"] == (fields["model"] == "starter")
    assert told["alternatives"]
    for one in told["alternatives"]:
        again = estimate(client, **{**fields, **one["changes"]})
        for figure in ("seconds", "vram", "fits", "quantisation"):
            assert again["plan"][figure] == pytest.approx(one["plan"][figure]), one["name"]
        assert one["fits"] == one["plan"]["fits"]
        assert all(cost["code"] for cost in one["costs"])


def test_an_estimate_of_a_model_that_is_not_here_is_quick(client: TestClient) -> None:
    estimate(client, model=T2V)
    took: list[float] = []
    for _ in range(5):
        began = time.perf_counter()
        estimate(client, model=T2V)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.15


FIELDS: dict[str, dict[str, Any]] = {
    "prompt": {"prompt": None},
    "negative_prompt": {"negative_prompt": "a\0b"},
    "size": {"size": "65x64"},
    "width": {"width": 65, "height": 64},
    "height": {"width": 64},
    "area": {"area": "9x9"},
    "frames": {"frames": 18},
    "seconds": {"seconds": 100},
    "fps": {"fps": "0"},
    "steps": {"steps": 0},
    "guidance": {"guidance": [1, 2]},
    "shift": {"shift": -1},
    "seed": {"seed": -1},
    "accuracy": {"accuracy": "high"},
    "step_cache": {"step_cache": 0.2},
    "guidance_until": {"guidance_until": 0},
    "attention_density": {"attention_density": 2},
    "quantise": {"quantise": "int4"},
    "motion": {"motion": 2},
    "preset": {"preset": "nix"},
    "quality": {"quality": "nix"},
    "model": {"model": "nix"},
    "enhance": {"enhance": True},
    "references.image": {"model": "wan2.2-i2v-a14b"},
    "references.audio": {"references": {"audio": "0" * 32}},
    "loras": {"loras": [{"asset": "0" * 32}]},
    "style": {"style": "0" * 32},
}


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_refused_names_its_field(client: TestClient, field: str) -> None:
    answer = client.post(ESTIMATE, json={"prompt": "a boat", **FIELDS[field]})
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]["details"]["fields"][0]["field"] == field, answer.text


def test_a_prompt_is_enhanced_as_its_clip_would_have_it(client: TestClient) -> None:
    told = client.post("/api/v1/prompts/enhance", json={"prompt": "a cat runs", "model": T2V}).json()
    assert (told["written_prompt"], told["style"], told["warning"]) == ("a cat runs", "cinematic", None)
    assert told["prompt"] == " ".join(["a cat runs.", *told["additions"]])
    clip = estimate(client, prompt="a cat runs", model=T2V, enhance=True)
    assert clip["recipe"]["prompt"] == told["prompt"]


def test_a_model_of_plain_prompts_enhances_none(client: TestClient) -> None:
    answer = client.post("/api/v1/prompts/enhance", json={"prompt": "a cat"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    empty = client.post("/api/v1/prompts/enhance", json={"prompt": " ", "model": T2V})
    assert empty.json()["error"]["details"]["fields"][0]["field"] == "prompt"
    assert client.post("/api/v1/prompts/enhance", json={"prompt": "a", "tone": 1}).status_code == 400


def test_a_prompt_that_no_thread_was_free_for_keeps_nobody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("artifex.api.enhancing._PATIENCE", 0.2)
    settings = Settings(tmp_path, enhancer=tmp_path / "no model")

    async def ask_twice() -> tuple[Enhanced, Enhanced]:
        to_thread.current_default_thread_limiter().total_tokens = 1
        over = threading.Event()
        busy = asyncio.create_task(to_thread.run_sync(over.wait))
        await asyncio.sleep(0.1)
        late = await enhanced("a cat", T2V, 0, settings)
        over.set()
        await busy
        return late, await enhanced("a cat", T2V, 0, settings)

    late, soon = asyncio.run(ask_twice())
    assert "did not answer" in late.warning
    assert soon.warning
    assert "did not answer" not in soon.warning


@pytest.mark.parametrize("name", catalogue())
def test_a_models_roles_are_those_it_cannot_do_without(name: str) -> None:
    spec = catalogue()[name]

    def attempt(task: Task, left_out: int | None, more: tuple[str, ...] = ()) -> None:
        needed = [group[0] for index, group in enumerate(roles(spec, task).needed) if index != left_out]
        references = tuple(Reference(role, "0" * 64) for role in (*needed, *more))  # pyright: ignore[reportArgumentType]
        recipe = compose(spec, ModelLock(name, ()), Wishes("a", references=references), 0)
        assert recipe.task == task

    for task in spec.tasks:
        attempt(task, None, roles(spec, task).optional)
        for index in range(len(roles(spec, task).needed)):
            with pytest.raises((BadInput, AssertionError)):
                attempt(task, index)


def test_a_model_tells_what_can_be_asked_of_it(client: TestClient) -> None:
    told = {item["name"]: item for item in client.get(MODELS).json()["items"]}
    assert told["starter"]["fits"] == "yes"
    assert told["starter"]["needs"]["seconds"] > 0
    assert not told["starter"]["enhances"]
    assert told[T2V]["guidance_pair"]
    assert told[T2V]["sizes"] == ["1280x720", "832x480"]
    assert "lightning" in told[T2V]["presets"]
    speech = told["wan2.2-s2v-14b"]
    assert speech["references"] == [{"task": "s2v", "needed": [["image"], ["audio"]], "optional": ["pose"]}]
    assert speech["length_from_voice"]
    for name, model in told.items():
        assert all(
            estimate(client, model=name, preset=preset) for preset in model["presets"] if _is_free(model, preset)
        )


def _is_free(model: dict[str, Any], preset: str) -> bool:
    return preset != "lightning" and not model["references"][0]["needed"]


def test_a_model_tells_of_its_pull(studio: Studio) -> None:
    job = studio.client.post(f"{MODELS}/{T2V}/pull").json()
    assert studio.client.get(f"{MODELS}/{T2V}").json()["pull_job"] == job["id"]
    studio.client.post(f"{JOBS}/{job['id']}/cancel")
    assert studio.client.get(f"{MODELS}/{T2V}").json()["pull_job"] is None


def test_deleting_a_paused_pull_takes_what_it_received(studio: Studio) -> None:
    job = studio.client.post(f"{MODELS}/{T2V}/pull").json()
    part = studio.service.settings.models / T2V / "parts" / "x"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"some of it")
    studio.client.post(f"{JOBS}/{job['id']}/pause")
    assert studio.client.delete(f"{JOBS}/{job['id']}").status_code == 204
    assert not part.parent.parent.exists()


def test_a_model_is_warmed_once(studio: Studio) -> None:
    first, again = (studio.client.post(f"{MODELS}/starter/warm") for _ in range(2))
    assert first.status_code == again.status_code == 202
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["kind"] == "warm"
    studio.service.queue.announce(SLOT, "starter", {})
    assert studio.client.post(f"{MODELS}/starter/warm").status_code == 204
    assert studio.client.get(f"{MODELS}/starter").json()["warm_slots"] == [SLOT.name]
    assert studio.client.post(f"{MODELS}/{T2V}/warm").json()["error"]["code"] == "not_installed"
    assert studio.client.post(f"{MODELS}/starter/warm", json={"slots": "x"}).status_code == 400


def test_optimizations_are_true_of_this_machine(studio: Studio) -> None:
    studio.service.queue.announce(SLOT, "", {})
    told = studio.client.get(f"{SYSTEM}/optimizations", params={"model": T2V}).json()
    items = {item["name"]: item for item in told["items"]}
    for item in items.values():
        assert item["gives_text"]
        assert item["costs_text"]
        assert item["measured"] is None, "nothing was measured here yet"
        for value in item["values"]:
            assert value["available"] == (value["reason"] is None)
            assert not value["chosen"] or value["available"], (item["name"], value)
    plan = estimate(studio.client, model=T2V)["plan"]
    for name in ("dtype", "attention", "quantisation"):
        assert [value["value"] for value in items[name]["values"] if value["chosen"]] == [plan[name]]
    for name, reason in (
        ("step_cache", "not_calibrated"),
        ("sparse_attention", "not_calibrated"),
        ("compile", "not_built"),
    ):
        assert {"value": "on", "available": False, "reason": reason}.items() <= items[name]["values"][1].items()
    assert items["slots"]["values"][0]["value"] == SLOT.name
    assert told["measurements"] == []
    assert studio.client.get(f"{SYSTEM}/optimizations", params={"model": "nix"}).status_code == 400


def test_measured_figures_are_this_machines_own(studio: Studio) -> None:
    planner = Planner(studio.service.settings)
    weights = planner.plan(own_clip(planner.named("starter"))).work.weights
    plan = a_plan(replace(WORK, weights=weights))
    record(studio.service.settings.measurements, this_machine(), plan, TIMES)
    told = studio.client.get(f"{SYSTEM}/optimizations").json()
    items = {item["name"]: item for item in told["items"]}
    assert items["attention"]["measured"]["figure"] == pytest.approx(5.0 / 32)
    assert items["attention"]["measured"]["at"] == pytest.approx(time.time(), abs=60)
    assert items["vae_tiling"]["measured"] == {**items["attention"]["measured"], "figure": 3.0, "unit": "seconds"}
    assert told["measurements"][0]["choices"]["quantisation"] == "none"


def test_attention_is_listed_as_it_is_found() -> None:
    assert set(ATTENTION) == set(pick.BACKENDS)
    assert {*pick._FUSED, *pick._ROUNDING} == EIGHT_BIT


def test_every_reason_has_words() -> None:
    assert all(text.endswith(".") for text in TEXTS.values())


def test_the_server_says_what_it_is(client: TestClient) -> None:
    told = client.get(f"{SYSTEM}/about").json()
    assert (told["accounts"], told["telemetry"]) == (False, False)
    assert told["caller"] == {"id": "local", "name": "local", "role": "admin"}
    assert told["home"]
    assert told["limits"]["image_bytes"] == ApiConfig().limits.image_bytes


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_only_administrators_hear_where_the_library_is(studio: Studio, role: Role) -> None:
    from artifex.api.routes.about import get_about

    told = get_about(studio.service, Caller("0" * 32, "ada", role, {"open_jobs": 3}))
    assert told.home is None
    assert told.limits.open_jobs == 3


def test_licences_name_everything(client: TestClient) -> None:
    items = client.get(f"{SYSTEM}/licences").json()["items"]
    assert [item["name"] for item in items if item["kind"] == "model"] == list(catalogue())
    assert {"fastapi", "torch"} <= {item["name"].lower() for item in items}
    assert all(item["licence"] for item in items)


def test_samples_tell_of_disk_and_gpu(studio: Studio) -> None:
    studio.service.samples.take()
    sample = studio.client.get(f"{SYSTEM}/stats", params={"history": 1}).json()["history"][0]
    assert 0 < sample["disk_free"] <= sample["disk_total"]
    assert sample["ram_total"] > 0
    if not this_machine().usable_accelerators:
        assert sample["gpu"] is sample["vram_used"] is sample["vram_total"] is None


def test_a_claimed_pull_tells_its_total(studio: Studio) -> None:
    from artifex.jobs.queue import Progress

    studio.client.post(f"{MODELS}/{T2V}/pull")
    claimed = claim(studio)
    studio.service.queue.progress(claimed, Progress("download", 10, 1000, None))
    assert studio.client.get(f"{MODELS}/{T2V}").json()["needs"]["download_bytes"] == 1000 * 2**20
    assert made(studio.client)["kind"] == "generate"
