"""What is sent, by the number of the item it belongs to, and which answers are right."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.api.bad_inputs.files import more_hostile_files
from tests.api.bad_inputs.studio import Target
from tests.api.test_jobs import CLIP, REFUSED
from tests.api.test_protocol import BODIES, FORM, REQUESTS, talk
from tests.fakes import hostile

JOBS, MEDIA, VIDEOS = "/api/v1/jobs", "/api/v1/media", "/v1/videos"
_CLOSED = 0
"""The connection was closed without an answer, which only what is no HTTP at all may meet."""
_MIB = 2**20


@dataclass(frozen=True)
class Case:
    """``send`` gives the status and the body of the answer."""

    item: str
    what: str
    send: Callable[[Target], tuple[int, bytes]]
    statuses: tuple[int, ...] = (400,)

    def __str__(self) -> str:
        return self.what if self.what.startswith(self.item) else f"{self.item} {self.what}"


def _told(answer: httpx2.Response) -> tuple[int, bytes]:
    return answer.status_code, answer.content


def _job(**changes: Any) -> Callable[[Target], tuple[int, bytes]]:
    body = json.dumps({**CLIP, **changes}).encode()
    headers = {"content-type": "application/json"}
    return lambda target: _told(target.client().post(JOBS, content=body, headers=headers))


def _video(fields: dict[str, Any]) -> Callable[[Target], tuple[int, bytes]]:
    body, headers = json.dumps(fields).encode(), {"content-type": "application/json"}
    return lambda target: _told(target.client().post(VIDEOS, content=body, headers=headers))


def _post(path: str, body: Any) -> Callable[[Target], tuple[int, bytes]]:
    return lambda target: _told(target.client().post(path, json=body))


def _upload(content: bytes) -> Callable[[Target], tuple[int, bytes]]:
    return lambda target: _told(target.client().post(MEDIA, files={"file": ("picture.png", content)}))


def _raw(request: bytes) -> Callable[[Target], tuple[int, bytes]]:
    """With proof of who asks, so that it is not refused for the lack of it."""

    def send(target: Target) -> tuple[int, bytes]:
        line, _, rest = request.partition(b"\r\n")
        proof = target.proof()
        header = f"authorization: {proof['authorization']}\r\n".encode() if proof else b""
        return talk(target.server, line + b"\r\n" + header + rest)

    return send


def _item(name: str) -> str:
    return name.split()[0]


def _parameters() -> list[Case]:
    """Those of the native door; those of the door in OpenAI's shape are sent where nothing else has them."""
    native = [
        Case(_item(name), name, _job(**changes), (400, 404))
        for name, changes in REFUSED.items()
        if name[0] == "B" and name[1].isdigit()
    ]
    prompts = {
        "B1": "", "B2": " \u200b\t", "B3": "a" * 8001, "B4": "\u0301" * 16_000, "B5": "a\0b", "B6": "a \ud800 b",
    }  # fmt: skip
    return [
        *native,
        *[Case(item, "a video's prompt", _video({"prompt": prompt})) for item, prompt in prompts.items()],
        *[Case("B5", f"the character {code:#04x}", _job(prompt=f"a{chr(code)}b")) for code in (1, 7, 8, 27, 127)],
        *[Case("B6", f"{text!a}", _job(prompt=text)) for text in ("\ud800", "\udfff a", "a\udc00\ud800")],
        Case("B6", "half a pair as a key", _job(**{"\ud800": 1})),
        Case("B10", "a rate of a video", _video({"prompt": "a", "fps": 1e6})),
        Case(
            "B14",
            "a video beyond what is worked for",
            _video({"prompt": "a", "size": "512x512", "num_frames": 97, "num_inference_steps": 200}),
        ),
        *[Case("B15", f"a video of {name}", _video({"prompt": "a", "model": name})) for name in ("nix", "../../etc")],
        *[Case("B18", url, _job(callback_url=url)) for url in _CALLBACKS],
        *[Case("B18", f"a video, {url}", _video({"prompt": "a", "callback_url": url})) for url in _CALLBACKS],
        *[
            Case(
                "B18", f"an endpoint, {url}", _post("/api/v1/webhook_endpoints", {"url": url, "events": ["job.failed"]})
            )
            for url in _CALLBACKS
        ],
        *[Case("B91", f"a job's {name}", _job(**{name: value})) for name, value in _ASSIGNED.items()],
    ]


_CALLBACKS = (
    "http://example.org/", "javascript:alert(1)", "https://user:pass@example.org/", "https://example.org/#frag",
    "https://localhost/", "https://x.internal/", "https://example.org:22/", "https://example.org:6379/", "https://",
    "https://example.org\\@evil.example/", "https://example.org/\r\nx: y", "//example.org/",
)  # fmt: skip
_ASSIGNED = {
    "owner": "0" * 32, "user_id": "0" * 32, "id": "0" * 32, "state": "succeeded", "status": "succeeded", "credits": 5,
    "price": 0, "is_admin": True, "attempt": 9, "sequence": 0, "result": {}, "tier": 9, "created_at": 0,
    "batch": "0" * 32,
}  # fmt: skip


def _protocol() -> list[Case]:
    bodies = [
        Case(_item(name), name, _raw(_json_post(content)), (400, 413))
        for name, content in BODIES.items()
        if name[0] == "B" and name[1].isdigit()
    ]
    requests = [
        Case(_item(name), name, _raw(request), (400, 403, 405, 413, 414, 415, 431, _CLOSED))
        for name, request in REQUESTS.items()
        if name[0] == "B" and name[1].isdigit()
    ]
    around = hostile.picture()
    return [
        *bodies,
        *requests,
        Case(
            "B26", "100,000 fields", _raw(_form(b"".join(_field(b"f%d" % n, b"1") for n in range(100_000)))), (400, 413)
        ),
        Case("B28", "10 MiB before a form", _raw(_form(_file(around), before=b"j" * 10 * _MIB + b"\r\n"))),
        Case(
            "B29",
            "64 MiB in a field that is no file",
            _raw(_form(_field(b"name", b"a" * 64 * _MIB))),
            (400, 413, _CLOSED),
        ),
        Case(
            "B30", "two values of a field", _raw(_form(_file(around) + _field(b"name", b"a") + _field(b"name", b"b")))
        ),
        Case(
            "B32",
            "10,000 ranges",
            _raw(_get(b"/api/v1/media", b"range: bytes=" + b",".join(b"%d-%d" % (n, n) for n in range(10_000)))),
            (400, 431),
        ),
        Case("B34", "a method of nobody", _raw(b"SMASH /api/v1/jobs HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"), (400, 405)),
        Case(
            "B99",
            "a picture's form of a foreign page",
            _raw(_form(_file(around), b"origin: https://evil.example\r\n")),
            (403,),
        ),
        Case(
            "B99",
            "a form without origin of another site",
            _raw(_form(_file(around), b"sec-fetch-site: cross-site\r\n")),
            (403,),
        ),
        Case("B99", "a rebound name", _raw(_get(b"/api/v1/jobs", b"host: rebound.example", host=b"")), (400,)),
    ]


def _json_post(content: bytes) -> bytes:
    head = b"POST /api/v1/jobs HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
    return head + b"content-length: %d\r\n\r\n" % len(content) + content


def _get(path: bytes, header: bytes, host: bytes = b"host: 127.0.0.1\r\n") -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + host + header + b"\r\n\r\n"


def _form(parts: bytes, headers: bytes = b"", before: bytes = b"") -> bytes:
    body = before + parts + b"--x--\r\n"
    head = b"POST /api/v1/media HTTP/1.1\r\nhost: 127.0.0.1\r\n" + headers + FORM
    return head + b"\r\ncontent-length: %d\r\n\r\n" % len(body) + body


def _field(name: bytes, value: bytes) -> bytes:
    return b'--x\r\ncontent-disposition: form-data; name="' + name + b'"\r\n\r\n' + value + b"\r\n"


def _file(content: bytes) -> bytes:
    return b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n' + content + b"\r\n"


_FILES = {
    "nothing": "B38", "one byte": "B38", "a picture's first bytes alone": "B38", "a video's first bytes alone": "B38",
    "a page": "B37", "an SVG": "B49", "an SVG with an entity": "B49", "a PDF": "B37",
    "a GIF that is an archive": "B37", "a video that is a page": "B37", "a video that is a page behind": "B37",
    "a zip": "B37", "a pickle": "B37", "a playlist": "B51", "a playlist of the network": "B53",
    "a list of files": "B52", "a manifest": "B54", "an AVI": "B56", "a session description": "B57",
    "900 million pixels": "B41", "144 million pixels": "B42", "a side too long": "B41", "a line": "B48",
    "a point": "B48", "an animation": "B43", "a TIFF": "B44", "a BMP": "B44", "a GIF": "B43",
    "a text chunk that inflates": "B45", "an international text that inflates": "B45", "a picture cut short": "B46",
    "a PNG cut short": "B46", "a wrong checksum": "B46", "an AVIF": "B50", "a HEIC": "B50", "a PSD": "B44",
    "an EPS": "B44", "a JPEG 2000": "B44", "twenty hours": "B59", "a video too large": "B61",
    "240 frames a second": "B62", "a frame a minute": "B62", "gaps": "B62", "five sounds": "B63",
    "a codec that is not taken": "B65", "another codec that is not taken": "B65", "no index": "B64",
    "a video cut short": "B64", "an index of 4 thousand million samples": "B64",
    "noise with a video's first bytes": "B64", "a Matroska of nothing": "B64", "a sound of 4 GiB that is none": "B68",
    "a thousand channels": "B68", "a sample a second": "B68", "ten million samples a second": "B68",
    "eleven minutes": "B68", "half a sound": "B38", "noise that calls itself mp3": "B37", "an empty Ogg": "B38",
}  # fmt: skip
"""The item of each of the hostile files; one without is noticed here."""
_ACCEPTABLE = ("B64 an index that claims 100 MiB", "B64 an index that claims 4 GiB")
"""Sound clips whose last box says more than there is: read for what they are (``test_odd_but_sound``)."""


def _files(folder: Path) -> list[Case]:
    common = [Case(_FILES[name], name, _upload(content)) for name, content in hostile.hostile_files(folder).items()]
    more = [
        Case(_item(name), name, _upload(content))
        for name, content in more_hostile_files(folder).items()
        if name not in _ACCEPTABLE
    ]
    return common + more


def _imports() -> list[Case]:
    def case(item: str, url: str) -> Case:
        return Case(item, f"{url!a:.50}", _post(f"{MEDIA}/import", {"url": url}))

    hosts = {
        "B80": ("127.0.0.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "017700000001", "127.1"),
        "B81": ("169.254.169.254", "[fd00:ec2::254]", "metadata.google.internal"),
        "B82": (
            "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "[fe80::1]", "224.0.0.1", "[64:ff9b::7f00:1]",
        ),
    }  # fmt: skip
    urls = {
        "B57": (
            "subfile:,,:/etc/passwd", "concat:/etc/passwd|/etc/group",
            "data:image/png;base64,AAAA", "crypto:/etc/passwd",
            "rtsp://example.org/x", "pipe:0", "ffrtmpcrypt://x/", "tcp://127.0.0.1:22",
        ),
        "B84": ("file:///etc/passwd", "ftp://example.org/x", "gopher://example.org/x"),
        "B85": (
            "http://good@evil.example/", "http://evil.example#good", "http://a\\@b/", "http://xn--/", "http://localhost./",
            "http://example.org:22/", "http://example.org:6379/", "http://example.org/\r\nx: y",
        ),
    }  # fmt: skip
    return [
        *[case(item, f"http://{host}/x") for item, group in hosts.items() for host in group],
        *[case(item, url) for item, group in urls.items() for url in group],
        *[
            Case(
                "B80",
                f"a video made from {host}",
                _video({"prompt": "a", "input_reference": {"image_url": f"https://{host}/"}}),
            )
            for host in ("127.0.0.1", "169.254.169.254", "[::1]")
        ],
    ]


def all_cases(folder: Path) -> list[Case]:
    """Every case; ``folder`` is where hostile files are made."""
    return [*_parameters(), *_protocol(), *_files(folder), *_imports()]
