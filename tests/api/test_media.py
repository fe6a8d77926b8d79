"""The library's doors: what is taken, shown, sent and removed, and for whom."""

import asyncio
import hashlib
import io
import json
import logging
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from filelock import FileLock

from artifex.api.config import ApiConfig, Limits
from artifex.jobs.queue import NewJob
from artifex.media.encode import encode_video
from tests.api.conftest import Studio
from tests.fakes import hostile
from tests.fakes.upscalers import inventive

MEDIA = "/api/v1/media"
PICTURE = hostile.picture("PNG", (640, 400))


def upload(client: TestClient, content: bytes, filename: str = "picture.png", **fields: str) -> dict[str, Any]:
    answer = client.post(MEDIA, files={"file": (filename, content)}, data=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def lora(*names: str) -> bytes:
    header: dict[str, Any] = {}
    for number, name in enumerate(names):
        header[name] = {"dtype": "F32", "shape": [1], "data_offsets": [4 * number, 4 * number + 4]}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(4 * len(names))


def nothing_is_left(studio: Studio) -> bool:
    """No row, no content, no file that waits."""
    home = studio.service.settings.home
    waiting = list((home / "uploads").glob("*")) if (home / "uploads").is_dir() else []
    kept = list(studio.service.blobs.all())
    return waiting == [] and kept == [] and studio.service.assets.page().assets == []


def test_a_picture_is_taken_shown_sent_and_removed(studio: Studio) -> None:
    client = studio.client
    asset = upload(client, PICTURE, name="My picture")
    assert (asset["kind"], asset["media_type"], asset["name"]) == ("image", "image/png", "My picture")
    assert asset["facts"] == {"width": 640, "height": 400}
    assert client.get(f"{MEDIA}/{asset['id']}").json() == asset
    assert client.get(MEDIA).json() == {"items": [asset], "next_cursor": None}
    assert client.get(MEDIA, params={"kind": "video"}).json()["items"] == []
    file = client.get(asset["urls"]["file"])
    assert file.content == PICTURE
    assert client.get(asset["urls"]["thumbnail"]).headers["content-type"] == "image/jpeg"
    assert asset["urls"]["poster"] is None
    assert client.get(f"{MEDIA}/{asset['id']}/poster").status_code == 404
    assert client.delete(f"{MEDIA}/{asset['id']}").status_code == 204
    for address in (f"{MEDIA}/{asset['id']}", asset["urls"]["file"], asset["urls"]["thumbnail"]):
        assert client.get(address).status_code == 404
    studio.service.assets.sweep(older_than=-1)
    assert nothing_is_left(studio)


def test_content_is_sent_to_be_saved_and_never_shown(studio: Studio) -> None:
    asset = upload(studio.client, PICTURE, 'x"><img src=x onerror=alert(1)>.html')
    for method in ("GET", "HEAD"):
        headers = studio.client.request(method, asset["urls"]["file"]).headers
        assert headers["content-disposition"] == f'attachment; filename="{asset["id"]}.png"'
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"]
        assert headers["content-type"] == "image/png"
        assert headers["content-length"] == str(len(PICTURE))


def test_ranges_are_honoured_one_at_a_time(studio: Studio) -> None:
    address = upload(studio.client, PICTURE)["urls"]["file"]

    def ask(**headers: str) -> tuple[int, bytes]:
        answer = studio.client.get(address, headers=headers)
        return answer.status_code, answer.content

    assert ask(range="bytes=10-19") == (206, PICTURE[10:20])
    assert ask(range="bytes=-5") == (206, PICTURE[-5:])
    assert ask(range=f"bytes={len(PICTURE)}-")[0] == 416
    assert ask(range="bytes=" + ",".join(f"{n}-{n}" for n in range(0, 2000, 2))) == (200, PICTURE)
    assert ask(range="lines=1-2") == (200, PICTURE)
    tag = studio.client.head(address).headers["etag"]
    assert ask(**{"if-none-match": tag}) == (304, b"")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../x", "x"), ("..\\..\\x", "x"), ("/etc/passwd", "passwd"), ("C:\\x", "x"), (".htaccess", ".htaccess"),
        ("CON", "CON"), ("a" * 4000, "a" * 200), ("-i", "-i"), ("$(id).png", "$(id).png"), (";rm -rf", ";rm -rf"),
        ('"><img onerror>', '"><img onerror>'), ("a\nb.png", "ab.png"), ("%2e%2e%2fx", "%2e%2e%2fx"),
        ("か\u3099.png", "が.png"), ("safe\u202egnp.exe", "safegnp.exe"), ("a\x1b[31m", "a[31m"),
    ],
)  # fmt: skip
def test_names_are_text_to_show_and_nothing_more(studio: Studio, given: str, kept: str) -> None:
    asset = upload(studio.client, PICTURE, name=given)
    assert asset["name"] == kept
    files = [path.name for path in studio.service.settings.home.rglob("*") if path.is_file()]
    assert not any("passwd" in name or "htaccess" in name or "onerror" in name for name in files)


def test_a_video_and_a_sound_are_taken_and_a_video_gets_a_small_copy(studio: Studio, tmp_path: Path) -> None:
    client = studio.client
    video = upload(client, hostile.video(tmp_path, sounds=1), "clip.txt")
    assert (video["kind"], video["facts"]["frame_count"], video["facts"]["sound"]) == ("video", 12, True)
    assert client.get(video["urls"]["poster"]).content.startswith(b"\xff\xd8\xff")
    sound = upload(client, hostile.wav(), "voice")
    assert (sound["kind"], sound["urls"]["thumbnail"]) == ("audio", None)
    job = client.post(f"{MEDIA}/{video['id']}/proxy").json()
    assert (job["kind"], job["state"]) == ("proxy", "queued")
    assert client.post(f"{MEDIA}/{sound['id']}/proxy").status_code == 400


def test_a_lora_is_known_by_its_header(studio: Studio) -> None:
    taken = upload(studio.client, lora("blocks.0.q.lora_A.weight", "blocks.0.q.lora_B.weight"), "style.safetensors")
    assert (taken["kind"], taken["name"]) == ("lora", "style.safetensors")
    whole = lora("blocks.0.q.lora_A.weight")
    for content in (
        b"\x80\x04cos\nsystem\n(S'true'\ntR.",
        b"PK\x03\x04" + bytes(200),
        lora("some.weight"),
        whole[:-2],
        struct.pack("<Q", 2**63) + whole[8:],
        struct.pack("<Q", 2**40) + b"{" + bytes(100),
        whole + b"more",
    ):
        answer = studio.client.post(MEDIA, files={"file": ("x.safetensors", content)})
        assert answer.status_code == 400, answer.text
    assert len(studio.client.get(MEDIA).json()["items"]) == 1


def test_an_upscaler_is_known_by_its_header_and_enlarges_clips_only(studio: Studio, tmp_path: Path) -> None:
    client = studio.client
    weights = upload(client, inventive(tmp_path / "sharp.safetensors").read_bytes(), "sharp.safetensors")
    assert (weights["kind"], weights["name"]) == ("upscaler", "sharp.safetensors")
    assert client.get(MEDIA, params={"kind": "upscaler"}).json()["items"] == [weights]
    pickled = client.post(MEDIA, files={"file": ("x.pth", inventive(tmp_path / "sharp.pth").read_bytes())})
    assert pickled.status_code == 400
    assert "artifex models convert" in pickled.json()["error"]["message"]
    video, style = upload(client, hostile.video(tmp_path)), upload(client, lora("blocks.0.q.lora_A.weight"))
    wanted = {"kind": "upscale", "asset": video["id"], "upscaler": weights["id"]}
    [job] = client.post("/api/v1/jobs", json=wanted).json()["items"]
    request = studio.service.queue.get(job["id"]).request
    assert request == {"asset": video["id"], "scale": 2, "upscaler": weights["id"]}
    [job] = client.post("/api/v1/jobs", json={**wanted, "resolution": "1080p"}).json()["items"]
    request = studio.service.queue.get(job["id"]).request
    assert request == {"asset": video["id"], "resolution": "1080p", "upscaler": weights["id"]}
    for changed in (
        {"upscaler": style["id"]},
        {"upscaler": "0" * 32},
        {"upscaler": "../x"},
        {"asset": weights["id"]},
        {"scale": 2, "resolution": "1080p"},
        {"resolution": "8k"},
    ):
        answer = client.post("/api/v1/jobs", json={**wanted, **changed})
        assert 400 <= answer.status_code < 500, answer.text


def test_what_nothing_could_play_is_refused_before_it_is_queued(studio: Studio, tmp_path: Path) -> None:
    encode_video([np.zeros((5, 32, 128, 3), np.uint8)], Fraction(16), tmp_path / "wide.mp4")
    video = upload(studio.client, (tmp_path / "wide.mp4").read_bytes(), "wide.mp4")
    wanted = {"kind": "upscale", "asset": video["id"], "resolution": "4320p"}
    answer = studio.client.post("/api/v1/jobs", json=wanted)
    assert (answer.status_code, "17280x4320" in answer.json()["error"]["message"]) == (400, True)
    assert studio.client.get("/api/v1/jobs").json()["items"] == []


def test_hostile_files_are_refused_and_nothing_is_left(studio: Studio, tmp_path: Path) -> None:
    wrong = []
    files = hostile.hostile_files(tmp_path)
    for name, content in list(files.items())[::4]:  # all of them are opened in tests/media/test_sandbox.py
        answer = studio.client.post(MEDIA, files={"file": ("picture.png", content)})
        message = answer.json()["error"]["message"] if answer.status_code >= 400 else ""
        if not 400 <= answer.status_code < 500 or str(studio.service.settings.home) in message:
            wrong.append((name, answer.status_code, message))
    assert wrong == []
    assert nothing_is_left(studio)


def test_each_kind_has_its_size(open_studio: Callable[..., Studio], tmp_path: Path) -> None:
    limits = Limits(image_bytes=1000, video_bytes=900, audio_bytes=800, lora_bytes=100_000, form_part_bytes=1000)
    studio = open_studio(ApiConfig(limits=limits))
    assert len(PICTURE) < 100_000
    for content in (PICTURE, hostile.video(tmp_path), hostile.wav(), bytes(100_001), bytes(200_000)):
        answer = studio.client.post(MEDIA, files={"file": ("x", content)})
        assert answer.status_code == 413, answer.text
        assert "larger" in answer.json()["error"]["message"]
    assert nothing_is_left(studio)


def test_fifty_at_once_do_not_get_past_the_quota(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(ApiConfig(limits=Limits(files=3)))

    def give(number: int) -> int:
        content = lora(f"blocks.{number}.lora_A.weight")
        return studio.client.post(MEDIA, files={"file": ("x", content)}).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(give, range(50)))
    assert sorted(set(answers)) == [201, 413]
    assert answers.count(201) == 3


@pytest.mark.parametrize(
    "form",
    [
        {"files": {"other": ("x", PICTURE)}},
        {"files": {"file": ("x", PICTURE)}, "data": {"more": "y"}},
        {"files": {"name": (None, "x")}},
        {"json": {"file": "x"}},
    ],
    ids=["another field", "a further field", "no file", "no form"],
)
def test_a_form_that_is_not_the_one_asked_for_is_refused(studio: Studio, form: dict[str, Any]) -> None:
    assert 400 <= studio.client.post(MEDIA, **form).status_code < 500
    assert nothing_is_left(studio)


def test_files_are_imported_from_the_named_folders_only(open_studio: Callable[..., Studio], tmp_path: Path) -> None:
    shared, secret = tmp_path / "shared", tmp_path / "secret.png"
    (shared / "inner").mkdir(parents=True)
    secret.write_bytes(PICTURE)
    (shared / "inner" / "good.png").write_bytes(PICTURE)
    (shared / "link.png").symlink_to(secret)
    (shared / "up").symlink_to(tmp_path)
    studio = open_studio(ApiConfig(import_folders=(shared,)))
    taken = studio.client.post(f"{MEDIA}/import", json={"path": str(shared / "inner" / "good.png")})
    assert taken.status_code == 201
    assert taken.json()["name"] == "good.png"
    for name in (
        *(secret, shared / "link.png", shared / "up" / "secret.png", shared / ".." / "secret.png", shared, "/dev/zero"),
        *(shared / "missing.png", "secret.png", "", "a\0b"),
    ):
        answer = studio.client.post(f"{MEDIA}/import", json={"path": str(name)})
        assert answer.status_code == 400, (name, answer.text)
    assert len(studio.client.get(MEDIA).json()["items"]) == 1


@pytest.mark.parametrize(
    "body", [{}, {"url": "http://x.example/", "path": "/x"}, {"url": 5}, {"file": "x"}, {"url": ""}]
)
def test_an_import_names_one_source(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post(f"{MEDIA}/import", json=body)
    assert answer.status_code == 400
    assert "Value error" not in answer.text


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "http://169.254.169.254/", "file:///etc/passwd", "http://a@b.c/"]
)
def test_urls_of_inner_places_are_not_imported(studio: Studio, url: str) -> None:
    answer = studio.client.post(f"{MEDIA}/import", json={"url": url})
    assert (answer.status_code, answer.json()["error"]["details"]["fields"][0]["field"]) == (400, "url")
    assert nothing_is_left(studio)


def test_the_list_is_read_page_by_page(studio: Studio) -> None:
    ids = [upload(studio.client, lora(f"blocks.{number}.lora_A.weight"))["id"] for number in range(5)]
    seen: list[str] = []
    cursor = None
    while True:
        page = studio.client.get(MEDIA, params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ids[::-1]
    assert studio.client.get(MEDIA, params={"cursor": "nonsense"}).status_code == 400
    for asset_id in ("0" * 32, "../../etc/passwd", "x"):
        assert studio.client.get(f"{MEDIA}/{asset_id}").status_code in (400, 404)


def test_uploads_that_take_long_keep_nobody_waiting(studio: Studio) -> None:
    """As large ones do, or ones to a bucket that is slow. Here somebody else is at their content."""
    content, many = lora("blocks.0.lora_A.weight"), 50
    locks = studio.service.blobs.folder / ".locks"
    locks.mkdir(parents=True)

    def look_around() -> int:
        with studio.socket("/api/v1/events") as socket:
            socket.receive_json()
            [made] = studio.service.queue.submit([NewJob(kind="warm", request={}, owner="local")])
            assert socket.receive_json()["job"]["id"] == made.id
        return studio.client.get(MEDIA).status_code

    with ThreadPoolExecutor(many + 1) as pool:
        with FileLock(locks / hashlib.sha256(content).hexdigest()[:2]):
            uploads = [pool.submit(upload, studio.client, content, "some.safetensors") for _ in range(many)]
            time.sleep(2)
            assert pool.submit(look_around).result(timeout=10) == 200
        assert len({each.result()["id"] for each in uploads}) == many


def test_an_upload_that_breaks_off_is_no_fault_of_ours(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    head = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    coming = [{"type": "http.request", "body": head + PICTURE[:100], "more_body": True}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    told = {"host": "127.0.0.1:8188", "content-type": "multipart/form-data; boundary=x", "content-length": "9999"}
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": MEDIA,
        "raw_path": MEDIA.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in told.items()],
        "client": ("127.0.0.1", 50000),
    }
    app: Any = studio.client.app
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 400
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert nothing_is_left(studio)


def test_an_interrupted_upload_leaves_nothing(studio: Studio) -> None:
    importer_folder = studio.service.settings.uploads

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(28, "No space left on device")

    from artifex.api.service import Caller
    from artifex.api.uploads import importer_of
    from artifex.errors import OutOfSpace

    with pytest.raises(OutOfSpace):
        importer_of(studio.service, Caller("ann", "ann", "member")).take(Broken(), "ann", "x")
    assert list(importer_folder.iterdir()) == []
    assert nothing_is_left(studio)
