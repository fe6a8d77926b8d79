"""Waveforms and strips of frames, as timelines fetch them."""

import io
import struct
from pathlib import Path

from PIL import Image

from tests.api.conftest import Studio
from tests.api.test_media import MEDIA, PICTURE, upload
from tests.fakes import hostile


def test_a_sound_has_a_waveform_that_is_made_once(studio: Studio) -> None:
    sound = upload(studio.client, hostile.wav(seconds=0.5), "voice.wav")
    answer = studio.client.get(f"{MEDIA}/{sound['id']}/peaks")
    assert answer.status_code == 200, answer.text
    assert struct.unpack("<4sHHII", answer.content[:16]) == (b"AXPK", 1, 2, 100, 50)
    assert len(answer.content) == 16 + 50 * 2 * 2
    [kept] = studio.service.settings.segments.glob("*.peaks")
    kept.write_bytes(b"as it was kept")
    assert studio.client.get(f"{MEDIA}/{sound['id']}/peaks").content == b"as it was kept"
    tag = answer.headers["etag"]
    assert studio.client.get(f"{MEDIA}/{sound['id']}/peaks", headers={"if-none-match": tag}).status_code == 304


def test_a_video_has_a_strip_and_a_waveform_if_it_sounds(studio: Studio, tmp_path: Path) -> None:
    loud = upload(studio.client, hostile.video(tmp_path, sounds=1), "loud.mp4")
    still = upload(studio.client, hostile.video(tmp_path), "still.mp4")
    strip = studio.client.get(f"{MEDIA}/{loud['id']}/strip")
    assert strip.headers["content-type"] == "image/jpeg"
    picture = Image.open(io.BytesIO(strip.content))
    size, count = loud["facts"], loud["facts"]["frame_count"]
    assert picture.size == (count * round(54 * size["width"] / size["height"]), 54)
    assert studio.client.get(f"{MEDIA}/{loud['id']}/peaks").content.startswith(b"AXPK")
    assert studio.client.get(f"{MEDIA}/{still['id']}/peaks").status_code == 404


def test_what_has_neither_says_so(studio: Studio) -> None:
    picture = upload(studio.client, PICTURE)
    sound = upload(studio.client, hostile.wav(), "voice.wav")
    answer = studio.client.get(f"{MEDIA}/{picture['id']}/peaks")
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "This file has no sound.")
    answer = studio.client.get(f"{MEDIA}/{sound['id']}/strip")
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "This file is no video.")


def test_content_that_broke_is_refused(studio: Studio) -> None:
    sound = upload(studio.client, hostile.wav(seconds=2), "voice.wav")
    studio.service.blobs.find(sound["sha256"]).write_bytes(b"RIFF and nothing else")
    answer = studio.client.get(f"{MEDIA}/{sound['id']}/peaks")
    assert answer.status_code in (400, 422)
    assert list(studio.service.settings.segments.glob("*")) == []
