"""A conversation with the studio as a program written for OpenAI would have it, in a process of its own so that any
version of the client can have it. Prints what it saw as JSON."""

import io
import json
import sys
import warnings

import openai

warnings.simplefilter("ignore", DeprecationWarning)
SMALL = {"num_inference_steps": 2, "num_frames": 5, "width": 64, "height": 64}


def converse(url: str) -> dict:
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=2, timeout=60)
    seen: dict = {"version": openai.__version__}
    video = client.videos.create_and_poll(
        prompt="a red circle moves right on a blue background",
        model="sora-2",
        poll_interval_ms=300,
        extra_body={**SMALL, "seed": 7, "nested": {"a": {"b": 1}}, "tags": ["x", "y"], "generate_sound": False},
    )
    seen["video"] = video.model_dump(mode="json")
    seen["request_id"] = client.videos.retrieve(video.id)._request_id
    seen["file"] = client.videos.download_content(video.id).read()[:12].hex()
    seen["thumbnail"] = client.videos.download_content(video.id, variant="thumbnail").read()[:3].hex()
    seen["spritesheet"] = client.videos.download_content(video.id, variant="spritesheet").read()[:3].hex()
    remix = client.videos.remix(video.id, prompt="a green square moves left on a white background")
    by_id: dict = {"video": openai.omit, "extra_body": {"video": {"id": video.id}}}
    edit = client.videos.edit(prompt="a blue star grows", **by_id)
    seen["remix"], seen["edit"] = (
        client.videos.poll(each.id, poll_interval_ms=300).model_dump() for each in (remix, edit)
    )
    extended = client.videos.extend(
        prompt="it goes on", seconds="4", video=b"", extra_body={"video[id]": video.id, "num_frames": 5}
    )
    seen["extended"] = client.videos.poll(extended.id, poll_interval_ms=300).model_dump()
    seen["pages"] = [each.id for each in client.videos.list(limit=2, order="asc")]
    seen["latest"] = client.videos.list(limit=1).data[0].id
    seen["models"] = [each.id for each in client.models.list()]
    seen["errors"] = {name: error_of(client, ask) for name, ask in WRONG.items()}
    seen["missing"] = error_of(client, lambda client: client.videos.retrieve("video_" + "0" * 32))
    deleted = client.videos.delete(edit.id)
    seen["deleted"] = [deleted.id == edit.id, deleted.deleted, deleted.object]
    seen["after_delete"] = error_of(client, lambda client: client.videos.retrieve(edit.id))
    return seen


def error_of(client, ask) -> list:
    try:
        ask(client)
    except openai.APIStatusError as error:
        return [type(error).__name__, error.status_code, error.code, error.param, error.type]
    return ["nothing"]


def _create(**fields):
    return lambda client: client.videos.create(**{"prompt": "a red circle", **fields})


WRONG = {
    "seconds": _create(seconds="8"),
    "size": _create(size="1280x721"),
    "prompt": _create(prompt=" "),
    "model": _create(model="../../etc"),
    "steps": _create(extra_body={"num_inference_steps": 0}),
    "seed": _create(extra_body={"seed": -1}),
    "boundary": _create(extra_body={"boundary_ratio": 0.5}),
    "character": lambda client: client.videos.create_character(name="Ada", video=io.BytesIO(b"x")),
    "no_character": lambda client: client.videos.get_character("char_1"),
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(converse(sys.argv[1])))
