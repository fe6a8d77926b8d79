"""The OpenAI shape's corners, request by request."""

import base64
import io
import json
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from artifex.api.videos.fields import read_fields
from artifex.api.videos.shape import seconds_of
from artifex.api.videos.unflatten import unflatten
from artifex.errors import BadField
from artifex.jobs.queue import Produced, Progress, Slot
from artifex.jobs.repeats import attempt_key
from artifex.media.encode import encode_video

CREATE = "/v1/videos"
PROMPT = {"prompt": "a red circle"}


def _create(client, headers=None, **fields):
    return client.post(CREATE, json={**PROMPT, **fields}, headers=headers or {})


def _refusal(answer):
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert answer.headers["x-should-retry"] == "false"
    return answer.status_code, error["code"], error["param"]


def _finish(studio, tmp_path):
    """Make the next job's file as a worker would; its content."""
    queue = studio.service.queue
    queue.announce(Slot("host.cpu0", "host", "cpu", ("generate",)), "", {})
    claim = queue.take("host.cpu0")
    path = tmp_path / "clip.mp4"
    encode_video(iter([np.full((5, 64, 64, 3), 90, np.uint8)]), Fraction(16), path)
    stored = studio.service.assets.store_file(path)
    facts = {"width": 64, "height": 64, "frame_count": 5, "frame_rate": "16"}
    made = Produced(
        sha256=stored.sha256, size=stored.size, kind="video", media_type="video/mp4", name="1.mp4", facts=facts
    )
    queue.finalizing(claim)
    queue.succeed(claim, {}, [made])
    return path.read_bytes()


def test_a_form_and_json_say_the_same(client):
    form = client.post(CREATE, files={"prompt": (None, "a red circle"), "seconds": (None, "2")})
    same = _create(client, seconds=2)
    assert form.status_code == same.status_code == 200
    for answer in (form.json(), same.json()):
        assert (answer["status"], answer["seconds"], answer["size"]) == ("queued", "2", "256x256")
        assert answer["progress"] == 0


def test_the_time_to_ask_again_is_told_while_it_matters(client):
    video = _create(client).json()
    assert int(client.get(f"{CREATE}/{video['id']}").headers["openai-poll-after-ms"]) >= 2000


def test_progress_does_not_go_back_when_steps_are_done_and_frames_are_counted(studio, client):
    video, queue = _create(client).json(), studio.service.queue
    queue.announce(Slot("host.cpu0", "host", "cpu", ("generate",)), "", {})
    claim = queue.take("host.cpu0")
    seen: list[int] = []
    for stage, step, of in (
        ("load", 0, 12),
        ("denoise", 6, 12),
        ("denoise", 12, 12),
        ("decode", 0, 33),
        ("decode", 33, 33),
    ):
        queue.progress(claim, Progress(stage, step, of))
        seen.append(client.get(f"{CREATE}/{video['id']}").json()["progress"])
    assert seen == [0, 45, 90, 90, 99]


@pytest.mark.parametrize("seconds", ["0", "-1", "1e9", "NaN", "４", "5.5", [], "7", True, ""])
def test_lengths_that_are_none_are_refused(client, seconds):
    assert _refusal(_create(client, seconds=seconds)) == (400, "invalid_value", "seconds")
    assert client.get(CREATE).json()["data"] == []


def test_what_lengths_would_do_is_told(client):
    assert "1 to 6 seconds" in _create(client, seconds="8").json()["error"]["message"]


@pytest.mark.parametrize("size", ["0x0", "-1x5", "99999x99999", "720X1280", "720x", "1281x721", "256 x 256", 5])
def test_sizes_that_are_none_are_refused(client, size):
    assert _refusal(_create(client, size=size)) == (400, "invalid_value", "size")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("fps", 0),
        ("fps", "Infinity"),
        ("fps", "1e99999999"),
        ("num_inference_steps", 201),
        ("num_inference_steps", True),
        ("guidance_scale", "NaN"),
        ("guidance_scale", 1e308),
        ("seed", -1),
        ("seed", str(2**64)),
        ("seed", "abc"),
        ("num_frames", 6),
        ("flow_shift", -2),
        ("boundary_ratio", 0.9),
        ("generate_sound", True),
        ("model", "hf:evil/repo"),
        ("lora", {"local_path": "/etc/passwd"}),
        ("lora", {"id": "0" * 32, "scale": 1}),
        ("input_reference", {"image_url": "https://127.0.0.1/x.png"}),
        ("input_reference", {"file_id": "0" * 32}),
        ("input_reference", {}),
        ("callback_url", "http://example.com/"),
    ],
)
def test_wrong_values_are_refused_by_the_name_they_were_sent_under(client, field, value):
    status, _code, param = _refusal(_create(client, **{field: value}))
    assert (status, param) == (400, field)


def test_fields_nobody_knows_are_ignored_and_named(client):
    video = _create(client, true_cfg_scale=4, user="u1", extra_params={"x": 1}, style="noir").json()
    assert [warning.split(" ")[0] for warning in video["warnings"]] == ["style", "true_cfg_scale", "extra_params.x"]
    assert client.get(f"{CREATE}/{video['id']}").json()["warnings"] == video["warnings"]


def test_vllm_omnis_fields_reach_the_recipe(client, studio):
    fields = {
        "width": 128,
        "height": 64,
        "fps": 8,
        "num_frames": 9,
        "negative_prompt": "blur",
        "num_inference_steps": 3,
        "guidance_scale": 2.5,
        "flow_shift": 3,
        "seed": 11,
    }
    video = _create(client, **fields).json()
    recipe = studio.service.queue.get(video["id"].removeprefix("video_")).request["recipe"]
    assert (recipe["width"], recipe["height"], recipe["frame_rate"], recipe["frame_count"]) == (128, 64, "8", 9)
    assert (recipe["steps"], recipe["guidance"], recipe["shift"], recipe["seed"]) == (3, [2.5, 2.5], 3.0, 11)
    assert recipe["negative_prompt"] == "blur"


def test_a_repeated_attempt_is_the_same_request(client):
    first = _create(client, headers={"x-stainless-retry-count": "0"}).json()
    again = _create(client, headers={"x-stainless-retry-count": "1"}).json()
    other = _create(client, headers={"x-stainless-retry-count": "1"}, seed=5).json()
    anew = _create(client, headers={"x-stainless-retry-count": "0"}).json()
    assert first["id"] == again["id"]
    assert len({first["id"], other["id"], anew["id"]}) == 3


def test_four_clients_that_ask_for_the_same_each_get_their_own_again(studio):
    database = studio.service.database
    firsts = [attempt_key(database, "me", "hash", 0) for _ in range(4)]
    for attempt in (1, 2):
        assert sorted(attempt_key(database, "me", "hash", attempt) for _ in range(4)) == sorted(firsts)
    assert attempt_key(database, "somebody else", "hash", 1) not in firsts


def test_an_idempotency_key_is_one_request(client):
    key = {"idempotency-key": "order-1"}
    first = client.post(CREATE, files={"prompt": (None, "a red circle")}, headers=key)
    again = client.post(CREATE, files={"prompt": (None, "a red circle")}, headers=key)
    assert first.json()["id"] == again.json()["id"]
    assert _refusal(_create(client, headers=key, seed=3))[:2] == (422, "request_reused")
    assert _refusal(_create(client, headers={"idempotency-key": "a b"}))[0] == 400


def test_a_request_is_the_same_whatever_became_of_the_video_it_was_about(client):
    video = _create(client).json()["id"]
    asked = {"json": {"prompt": "a blue circle"}, "headers": {"idempotency-key": "order-1"}}
    first = client.post(f"{CREATE}/{video}/remix", **asked)
    assert client.delete(f"{CREATE}/{video}").status_code == 200
    again = client.post(f"{CREATE}/{video}/remix", **asked)
    assert first.json()["id"] == again.json()["id"]


def test_every_described_field_is_read(client):
    """The bodies of videos are described by hand."""
    named = {"file_id": "0" * 32}
    clip = {"prompt": "a", "model": "starter", "seconds": "2", "num_frames": 5, "size": "64x64", "width": 64}
    clip |= {"height": 64, "fps": "16", "negative_prompt": "b", "num_inference_steps": 2, "guidance_scale": 4}
    clip |= {"guidance_scale_2": 4, "flow_shift": 3, "seed": 3, "callback_url": "https://example.org/hook"}
    clip |= {"input_reference": named, "video_reference": named, "loras": [{"id": "0" * 32}]}
    content = client.get("/api/v1/openapi.json").json()["paths"][CREATE]["post"]["requestBody"]["content"]
    for body in content.values():
        assert body["schema"]["properties"].keys() == clip.keys()
    assert not [warning for warning in read_fields(clip).warnings if "not used" in warning]


def test_one_model_is_told_as_openai_tells_it(client):
    assert client.get("/v1/models/starter").json() == client.get("/v1/models").json()["data"][0]
    assert _refusal(client.get("/v1/models/gpt-image"))[:2] == (404, "not_found")


def test_whoever_makes_a_video_from_another_is_told_of_its_end_too(client, studio, tmp_path):
    video = _create(client).json()["id"]
    _finish(studio, tmp_path)
    asked = {"prompt": "a blue circle", "callback_url": "https://example.org/hook"}
    source = {"video": {"id": video}}
    for path, more in ((f"{video}/remix", {}), ("edits", source), ("extensions", {**source, "num_frames": 5})):
        answer = client.post(f"{CREATE}/{path}", json={**asked, **more})
        assert (answer.status_code, answer.json().get("warnings")) == (200, []), answer.text
        job = studio.service.queue.get(answer.json()["id"].removeprefix("video_"))
        assert job.callback_url == asked["callback_url"]
        refused = client.post(f"{CREATE}/{path}", json={**asked, **more, "callback_url": "http://example.org/hook"})
        assert _refusal(refused) == (400, "invalid_value", "callback_url")


def test_what_an_extension_does_not_use_is_named(client, studio, tmp_path):
    video = _create(client).json()["id"]
    _finish(studio, tmp_path)
    body = {"prompt": "on", "video": {"id": video}, "num_frames": 5, "input_reference": {"file_id": "0" * 32}}
    answer = client.post(f"{CREATE}/extensions", json=body).json()
    assert answer["warnings"] == ["input_reference was ignored, for the video goes on where it ended."]
    lora = client.post(f"{CREATE}/extensions", json={**body, "lora": {"id": "0" * 32}})
    assert _refusal(lora)[2] == "lora", "a LoRA is looked for, not left out"


def test_a_video_goes_on_at_its_own_rate(client, studio, tmp_path):
    """At another one, what is there already would be played faster."""
    video = _create(client).json()["id"]
    _finish(studio, tmp_path)
    body = {"prompt": "on", "video": {"id": video}, "num_frames": 5}
    refused = client.post(f"{CREATE}/extensions", json={**body, "fps": 24})
    assert _refusal(refused) == (400, "invalid_value", "fps")
    assert "16 frames a second" in refused.json()["error"]["message"]
    assert client.post(f"{CREATE}/extensions", json={**body, "fps": "16"}).status_code == 200


def test_a_video_that_is_not_there_is_named_as_the_client_knows_it(client):
    video = f"video_{'0' * 32}"
    for answer in (client.get(f"{CREATE}/{video}"), client.post(f"{CREATE}/{video}/remix", json=PROMPT)):
        assert answer.json()["error"]["message"] == f"There is no video '{video}'."


def test_content_comes_whole_in_parts_and_not_at_all_if_it_is_known(client, studio, tmp_path):
    video = _create(client).json()
    address = f"{CREATE}/{video['id']}/content"
    assert _refusal(client.get(address))[:2] == (404, "video_not_ready")
    content = _finish(studio, tmp_path)
    whole = client.get(address)
    assert whole.content == content
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    part = client.get(address, headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, content[4:8])
    assert client.get(address, headers={"range": "bytes=0-0,2-2"}).content == content
    assert client.get(address, headers={"range": f"bytes={len(content)}-"}).status_code == 416
    assert client.get(address, headers={"if-none-match": whole.headers["etag"]}).status_code == 304
    head = client.head(address)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(content)), b"")
    sheet = client.get(address, params={"variant": "spritesheet"})
    assert sheet.content[:3] == b"\xff\xd8\xff"
    assert _refusal(client.get(address, params={"variant": "poster"})) == (400, "bad_input", "variant")


def test_a_cancelled_video_has_failed_and_says_how(client, studio):
    video = _create(client).json()
    studio.service.queue.cancel(video["id"].removeprefix("video_"))
    seen = client.get(f"{CREATE}/{video['id']}").json()
    assert (seen["status"], seen["error"]["code"], seen["state"]) == ("failed", "cancelled", "cancelled")
    assert _refusal(client.get(f"{CREATE}/{video['id']}/content"))[:2] == (404, "video_not_ready")


def test_deleting_removes_the_file_and_cancels_what_waits(client, studio, tmp_path):
    waiting, made = _create(client).json(), None
    assert client.delete(f"{CREATE}/{waiting['id']}").json() == {
        "id": waiting["id"],
        "deleted": True,
        "object": "video.deleted",
    }
    made = _create(client).json()
    _finish(studio, tmp_path)
    client.delete(f"{CREATE}/{made['id']}", headers={"content-type": "application/json"})
    assert client.get(CREATE).json()["data"] == []
    assert studio.service.assets.page("local").assets == []


def test_lists_are_paged_by_the_last_id(client):
    ids = [_create(client, seed=number).json()["id"] for number in range(5)]
    first = client.get(CREATE, params={"limit": 2}).json()
    assert ([video["id"] for video in first["data"]], first["has_more"]) == (ids[:2:-1], True)
    assert (first["first_id"], first["last_id"]) == (ids[4], ids[3])
    last = client.get(CREATE, params={"after": ids[1], "order": "desc"}).json()
    assert ([video["id"] for video in last["data"]], last["has_more"]) == ([ids[0]], False)
    assert client.get(CREATE, params={"order": "asc"}).json()["first_id"] == ids[0]
    assert _refusal(client.get(CREATE, params={"limit": 0})) == (400, "bad_input", "limit")
    assert _refusal(client.get(CREATE, params={"after": "video_nothing"}))[0] == 404


def test_what_a_model_can_do_is_told(client):
    starter = next(each for each in client.get("/v1/videos/models").json()["data"] if each["id"] == "starter")
    assert starter["supported_durations"] == [1, 2, 3, 4, 5, 6]
    assert starter["supported_frame_images"] == ["first_frame"]
    assert "256x256" in starter["supported_sizes"]
    assert client.get("/v1/models").json()["data"][0] == {
        "id": "starter",
        "object": "model",
        "created": 0,
        "owned_by": "wan",
    }


def test_paths_of_words_are_no_videos(client):
    assert _refusal(client.post("/v1/videos/characters", files={"name": (None, "Ada")}))[:2] == (400, "not_supported")
    assert _refusal(client.get("/v1/videos/nonsense"))[:2] == (404, "not_found")
    assert _refusal(client.post("/v1/videos/edits", json=PROMPT)) == (400, "invalid_value", "video")


def test_events_end_with_the_video(client, studio, tmp_path):
    video = _create(client).json()
    _finish(studio, tmp_path)
    with client.stream("GET", f"{CREATE}/{video['id']}/events") as stream:
        texts = [line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data: ")]
    assert json.loads(texts[-1])["type"] == "snapshot"


def test_flat_names_become_the_body_the_client_had():
    flat = [("a[b][c]", "1"), ("tags[]", "x"), ("tags[]", "y"), ("l[][id]", "1"), ("l[][w]", "2"), ("l[][id]", "3")]
    assert unflatten(flat) == {"a": {"b": {"c": "1"}}, "tags": ["x", "y"], "l": [{"id": "1", "w": "2"}, {"id": "3"}]}


@pytest.mark.parametrize(
    "flat",
    [
        [("a", "1"), ("a[b]", "2")],
        [("a[]", "1"), ("a[b]", "2")],
        [("a[b", "1")],
        [("[a]", "1")],
        [("a[][]", "1")],
        [("a" + "[b]" * 9, "1")],
        [("a[b]", "1"), ("a[b]", "2")],
    ],
)
def test_flat_names_that_contradict_are_refused(flat):
    with pytest.raises(BadField):
        unflatten(flat)


def test_lists_of_objects_may_come_as_json_text():
    fields = read_fields({**PROMPT, "loras": '[{"id": "x", "scale": 0.5}, {"id": "y"}]'})
    assert [(lora.asset, lora.scale) for lora in fields.loras] == [("x", 0.5), ("y", 1.0)]


@pytest.mark.parametrize(
    ("frames", "rate", "seconds"), [(65, "16", "4"), (33, "16", "2"), (121, "24", "5"), (5, "16", "0.25")]
)
def test_lengths_are_named_as_people_do(frames, rate, seconds):
    assert seconds_of(frames, rate) == seconds


def _picture() -> bytes:
    page = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(page, "PNG")
    return page.getvalue()


@pytest.mark.parametrize("way", ["file", "bracket", "json", "reference"])
def test_a_picture_may_come_in_any_way(client, studio, way):
    url = "data:image/png;base64," + base64.b64encode(_picture()).decode()
    match way:
        case "file":
            files = {"prompt": (None, "x"), "input_reference": ("../../x.png", _picture(), "image/png")}
            answer = client.post(CREATE, files=files)
        case "bracket":
            answer = client.post(CREATE, files={"prompt": (None, "x"), "input_reference[image_url]": (None, url)})
        case "json":
            answer = _create(client, input_reference={"image_url": url})
        case _:
            answer = _create(client, image_reference=json.dumps({"image_url": url}))
    assert answer.status_code == 200, answer.text
    job = studio.service.queue.get(answer.json()["id"].removeprefix("video_"))
    reference = job.request["recipe"]["references"][0]
    assert reference["role"] == "image"
    assert studio.service.blobs.path(reference["sha256"]).read_bytes() == _picture()
    assert studio.service.assets.page("local").assets == []


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n", b"#EXTM3U\n", b"x" * 100])
def test_what_is_no_picture_is_refused_and_nothing_is_queued(client, content):
    files = {"prompt": (None, "x"), "input_reference": ("x.png", content, "image/png")}
    assert _refusal(client.post(CREATE, files=files)) == (400, "invalid_value", "input_reference")
    assert client.get(CREATE).json()["data"] == []
