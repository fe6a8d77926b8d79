"""How requests for videos look, for the API's description: their bodies are read by hand, as forms or as JSON."""

from typing import Any

_TEXT = {"type": "string"}
_WHOLE = {"type": "integer", "minimum": 0}
_NUMBER = {"type": "number"}
_FILE = {"type": "string", "format": "binary"}

_CLIP: dict[str, Any] = {
    "prompt": {**_TEXT, "description": "What the video should show."},
    "model": {**_TEXT, "description": "One of `GET /v1/videos/models`; the server's own if left out."},
    "seconds": {"type": ["string", "integer"], "description": "A whole number, like `4`."},
    "num_frames": {**_WHOLE, "description": "Instead of `seconds`."},
    "size": {**_TEXT, "description": "`WIDTHxHEIGHT`, or give `width` and `height`."},
    "width": _WHOLE,
    "height": _WHOLE,
    "fps": {"type": ["string", "number"], "description": "A rate like 16 or `24000/1001`."},
    "negative_prompt": _TEXT,
    "num_inference_steps": _WHOLE,
    "guidance_scale": _NUMBER,
    "guidance_scale_2": {**_NUMBER, "description": "Of the expert for low noise; needs `guidance_scale`."},
    "flow_shift": _NUMBER,
    "seed": _WHOLE,
    "callback_url": {**_TEXT, "description": "Gets a webhook when the video is over."},
}
_LORA = {
    "type": "object",
    "properties": {"id": {**_TEXT, "description": "A LoRA of the library."}, "scale": _NUMBER},
    "required": ["id"],
}
_AGAIN = {name: _CLIP[name] for name in ("prompt", "callback_url")}


def _named(url: str) -> dict[str, Any]:
    """A file that is named instead of sent, by either of these."""
    by_id = {**_TEXT, "description": "A file of the library, or a finished video."}
    return {"type": "object", "properties": {url: {**_TEXT, "description": "May be `data:`."}, "file_id": by_id}}


def _request(form: dict[str, Any], json: dict[str, Any], *required: str) -> dict[str, Any]:
    bodies = {"multipart/form-data": form, "application/json": json}
    return {
        "parameters": [_KEY],
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "object", "properties": fields, "required": list(required)}}
                for kind, fields in bodies.items()
            },
        },
    }


_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request returns the same video, and queues nothing new.",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]+$", "maxLength": 255},
}
_SOURCE = {"video": {"type": "object", "properties": {"id": _TEXT}, "required": ["id"]}}
_SOURCE_IN_FORMS = {"video[id]": {**_TEXT, "description": "A video that was made here."}}

CREATE = _request(
    {
        **_CLIP,
        "input_reference": _FILE,
        "video_reference": _FILE,
        "loras": {**_TEXT, "description": "A list, as JSON."},
    },
    {
        **_CLIP,
        "input_reference": _named("image_url"),
        "video_reference": _named("video_url"),
        "loras": {"type": "array", "items": _LORA},
    },
    "prompt",
)
EDIT = _request({**_AGAIN, **_SOURCE_IN_FORMS}, {**_AGAIN, **_SOURCE}, "prompt")
EXTEND = _request(
    {**_CLIP, **_SOURCE_IN_FORMS, "loras": _TEXT},
    {**_CLIP, **_SOURCE, "loras": {"type": "array", "items": _LORA}},
    "prompt",
)
REMIX = _request(_AGAIN, _AGAIN, "prompt")
