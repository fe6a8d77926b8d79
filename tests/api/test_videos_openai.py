"""Programs written for OpenAI's videos, unchanged, against the real server: the oldest client that is promised, and the
one that is installed."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import openai
import pytest

from tests.fakes.lossy_proxy import LossyProxy

_OLDEST = "2.54.0"
_SESSION = Path(__file__).parent / "openai_session.py"

SMALL = {"num_inference_steps": 2, "num_frames": 5, "width": 64, "height": 64}


@pytest.fixture(scope="session")
def oldest_client(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("openai")
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "pip", "install", "-q", "--python", sys.executable, "--target", folder, f"openai=={_OLDEST}"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"service: package index ({type(error).__name__})")
    return folder


@pytest.fixture(params=["oldest", "installed"])
def seen(request, real_server):
    """What the conversation of ``openai_session.py`` saw."""
    folders = [] if request.param == "installed" else [str(request.getfixturevalue("oldest_client"))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    command = [sys.executable, str(_SESSION), real_server.url]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout)
    assert seen["version"] == (_OLDEST if folders else openai.__version__)
    return seen


def test_a_whole_conversation_goes_as_it_did_with_openai(seen):
    video = seen["video"]
    assert video["object"] == "video"
    assert (video["status"], video["progress"], video["error"]) == ("completed", 100, None)
    assert (video["model"], video["size"], video["seconds"]) == ("starter", "64x64", "0.25")
    assert isinstance(video["created_at"], int)
    assert video["completed_at"] >= video["created_at"]
    assert video["prompt"] == "a red circle moves right on a blue background"
    assert video["inference_time_s"] > 0
    assert video["peak_memory_mb"] > 0
    assert video["warnings"] == [
        "sora-2 is not here; starter makes the video.",
        "nested is not used here and was ignored.",
        "tags is not used here and was ignored.",
    ]
    assert seen["request_id"]
    assert bytes.fromhex(seen["file"])[4:8] == b"ftyp"
    assert seen["thumbnail"] == seen["spritesheet"] == b"\xff\xd8\xff".hex()

    for name, prompt in (("remix", "a green square moves left on a white background"), ("edit", "a blue star grows")):
        assert (seen[name]["status"], seen[name]["prompt"]) == ("completed", prompt)
        assert seen[name]["remixed_from_video_id"] == video["id"]
        assert seen[name]["size"] == "64x64"
    assert (seen["extended"]["status"], seen["extended"]["seconds"]) == ("completed", "0.5")

    made = [seen[name]["id"] for name in ("video", "remix", "edit", "extended")]
    assert seen["pages"][-4:] == made
    assert seen["latest"] == made[-1]
    assert "starter" in seen["models"]

    wrong = ("BadRequestError", 400)
    fields = {"steps": "num_inference_steps", "boundary": "boundary_ratio"}
    for name in ("seconds", "size", "prompt", "model", "steps", "seed", "boundary"):
        expected = [*wrong, "invalid_value", fields.get(name, name), "invalid_request_error"]
        assert seen["errors"][name] == expected
    assert seen["errors"]["character"][:3] == [*wrong, "not_supported"]
    assert seen["errors"]["no_character"][:3] == ["NotFoundError", 404, "not_found"]
    assert seen["missing"][:3] == seen["after_delete"][:3] == ["NotFoundError", 404, "not_found"]
    assert seen["deleted"] == [True, True, "video.deleted"]


@pytest.fixture
def silence():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


@pytest.mark.usefixtures("silence")
def test_an_answer_that_got_lost_does_not_make_the_video_twice(real_server):
    direct = openai.OpenAI(base_url=f"{real_server.url}/v1", api_key="any")
    before = [video.id for video in direct.videos.list(limit=100)]
    with LossyProxy(real_server.url, losses=2) as proxy:
        client = openai.OpenAI(base_url=f"{proxy.url}/v1", api_key="any", max_retries=2)
        video = client.videos.create(prompt="a lost answer", extra_body=SMALL)
        assert proxy.posts == 3
    again = direct.videos.create(prompt="a lost answer", extra_body=SMALL)
    assert again.id != video.id
    made = [each.id for each in direct.videos.list(limit=100) if each.id not in before]
    assert sorted(made) == sorted([video.id, again.id])
    for each in made:
        direct.videos.poll(each, poll_interval_ms=200)


@pytest.mark.usefixtures("silence")
def test_content_is_asked_for_once_where_there_is_none_yet(real_server):
    with LossyProxy(real_server.url, losses=0) as proxy:
        client = openai.OpenAI(base_url=f"{proxy.url}/v1", api_key="any", max_retries=2)
        video = client.videos.create(prompt="not yet", extra_body={**SMALL, "num_inference_steps": 20})
        with pytest.raises(openai.NotFoundError) as refused:
            client.videos.download_content(video.id)
        assert refused.value.code == "video_not_ready"
        assert refused.value.response.headers["x-should-retry"] == "false"
        client.videos.poll(video.id, poll_interval_ms=200)
