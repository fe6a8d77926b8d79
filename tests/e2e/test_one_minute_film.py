"""A film of a minute: sixteen clips, a sound, two dissolves, a LUT and a prompt, edited on the page. Every frame of the
exported file is checked."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from artifex.media.decode import frames
from artifex.media.probe import probe
from tests.e2e.browser import Visitor
from tests.e2e.conftest import Studio
from tests.e2e.content import CLIP_SECONDS, asset_of, content_of, made, newest_job, wait_for
from tests.e2e.hands import Mouse
from tests.e2e.test_timeline import PROJECTS, clips_on_tracks
from tests.fakes import hostile

PROMPTS = (
    "a red circle moves right on a blue background",
    "a blue square moves up on a white background",
    "a green ring grows on a black background",
)
RATE, LENGTH, CLIPS = 16, 65, 16
TRIMMED, SIDE = 8, 4
"""Frames trimmed on either side of a cut with a dissolve, and how many of them the dissolve uses."""
DISSOLVED = (2, 6)
"""Indices of clips that begin with a dissolve."""
FRAMES = CLIPS * LENGTH - 2 * TRIMMED * len(DISSOLVED)
GRADED = 10
SWAPPED = "LUT_3D_SIZE 2\n" + "\n".join(f"{b} {g} {r}" for b in (0, 1) for g in (0, 1) for r in (0, 1)) + "\n"
"""A LUT that swaps red and blue."""
CLOSE = 26.0
"""PSNR in dB that small pictures with sharp edges keep after two H.264 encodings."""

Picture = NDArray[np.uint8]


@pytest.fixture
def film(studio: Studio) -> tuple[str, list[list[Picture]]]:
    """An empty film of the clips' size, and the frames of three clips in the library."""
    with studio.ask() as client:
        clips = [made(client, prompt, size="128x128", frames=LENGTH, steps=6) for prompt in PROMPTS]
        tone = ("tone.wav", hostile.wav(seconds=FRAMES / RATE))
        assert client.post("/api/v1/media", files={"file": tone}).status_code == 201
        begun = client.post(PROJECTS, json={"name": "A minute", "rate": str(RATE), "width": 128, "height": 128})
        pictures: list[list[Picture]] = []
        for clip in clips:
            path = studio.server.home.parent / f"{clip}.mp4"
            path.write_bytes(content_of(client, clip))
            pictures.append(list(frames(path)))
    return begun.json()["id"], pictures


def test_a_minute_is_cut_and_every_frame_is_in_its_place(
    studio: Studio, visitor: Visitor, film: tuple[str, list[list[Picture]]], tmp_path: Path
) -> None:
    project, sources = film
    page = visitor.go(f"/projects/{project}")
    fill(page)
    for clip in DISSOLVED:
        dissolve_into(page, clip)
    grade(page, tmp_path)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("menuitem", name="Prompt at the playhead").click()
    expect(page.get_by_role("listbox", name="Prompts 1").get_by_role("option")).to_have_count(1)
    path = exported(studio, page, tmp_path / "film.mp4")
    facts = probe(path)
    expected = list(frames_of(sources))
    assert facts.frame_count == len(expected) == FRAMES
    assert facts.sound is not None
    far = {
        number: round(closeness, 1)
        for number, (seen, wanted) in enumerate(zip(frames(path), expected, strict=True))
        if (closeness := psnr(seen, wanted)) < CLOSE
    }
    assert far == {}


def fill(page: Page) -> None:
    """Append sixteen clips, and put the sound below them."""
    append = page.get_by_role("button", name="Append at the end")
    for count in range(CLIPS):
        page.get_by_role("option", name=PROMPTS[count % len(PROMPTS)]).first.click()
        append.click()
        expect(clips_on_tracks(page)).to_have_count(count + 1)
    page.get_by_text("Sounds", exact=True).click()
    page.get_by_role("option", name="tone.wav").first.click()
    page.keyboard.press("Home")
    page.get_by_role("button", name="Overwrite at the playhead").click()
    expect(page.get_by_role("listbox", name="Sound 1").get_by_role("option")).to_have_count(1)


def dissolve_into(page: Page, clip: int) -> None:
    """Trim both sides of a cut, and add a dissolve there."""
    cut = start_of(page, clip)
    choose(page, clip - 1)
    seek(page, cut - TRIMMED)
    page.keyboard.press("w")
    expect_start(page, clip, cut - TRIMMED)
    choose(page, clip)
    seek(page, cut)
    page.keyboard.press("q")
    expect_start(page, clip + 1, cut - TRIMMED + LENGTH - TRIMMED)
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="Make it a cut")).to_be_visible()


def grade(page: Page, folder: Path) -> None:
    table = folder / "swapped.cube"
    table.write_text(SWAPPED)
    choose(page, GRADED)
    page.get_by_role("button", name="Add a node").click()
    Mouse(page).give(page.get_by_role("menuitem", name="Add a .cube file…"), table)
    expect(page.get_by_role("group", name="LUT")).to_be_visible()


def exported(studio: Studio, page: Page, path: Path) -> Path:
    with studio.ask() as client:
        before = {one["id"] for one in client.get("/api/v1/jobs").json()["items"]}
        page.get_by_role("button", name="Export").click()
        page.get_by_role("button", name="Render").click()
        done = wait_for(client, newest_job(client, before)["id"], "succeeded", seconds=2 * CLIP_SECONDS)
        path.write_bytes(content_of(client, asset_of(done)))
    return path


def choose(page: Page, clip: int) -> None:
    """Select a clip with keys in the track's list."""
    track = page.get_by_role("listbox", name="Video 1")
    track.focus()
    page.keyboard.press("Home")
    for _ in range(clip):
        page.keyboard.press("ArrowRight")
    expect(clips_on_tracks(page).nth(clip)).to_have_attribute("aria-selected", "true")


def seek(page: Page, frame: int) -> None:
    time = page.get_by_role("textbox", name="Time", exact=True)
    time.fill(timecode(frame))
    time.press("Enter")
    expect(time).to_have_value(timecode(frame))
    page.get_by_role("listbox", name="Video 1").focus()


def start_of(page: Page, clip: int) -> int:
    """The clip's first frame, as the page states it."""
    text = clips_on_tracks(page).nth(clip).inner_text()
    hours, minutes, seconds, frame = (int(part) for part in text.split(" to ")[0].split(", ")[-1].split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * RATE + frame


def expect_start(page: Page, clip: int, frame: int) -> None:
    expect(clips_on_tracks(page).nth(clip)).to_contain_text(f"{timecode(frame)} to ")


def timecode(frame: int) -> str:
    seconds = frame // RATE
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frame % RATE:02}"


def frames_of(sources: list[list[Picture]]) -> list[Picture]:
    """The expected frames of the film, composed from the sources."""
    shown: list[Picture] = []
    for clip in range(CLIPS):
        source = sources[clip % len(sources)]
        first = TRIMMED if clip in DISSOLVED else 0
        end = LENGTH - TRIMMED if clip + 1 in DISSOLVED else LENGTH
        pictures = source[first:end]
        if clip == GRADED:
            pictures = [picture[..., ::-1] for picture in pictures]
        shown += pictures
        if clip in DISSOLVED:
            mix(shown, len(shown) - len(pictures), sources[(clip - 1) % len(sources)], source)
    return shown


def mix(shown: list[Picture], cut: int, before: list[Picture], after: list[Picture]) -> None:
    """Dissolve from ``SIDE`` frames before the cut to as many after it, with weights from the middle of each frame."""
    for at in range(-SIDE, SIDE):
        share = (at + SIDE + 0.5) / (2 * SIDE)
        one, other = before[LENGTH - TRIMMED + at], after[TRIMMED + at]
        shown[cut + at] = np.rint(one * (1 - share) + other * share).astype(np.uint8)


def psnr(one: Picture, other: Picture) -> float:
    """Peak signal-to-noise ratio in dB."""
    error = float(((one.astype(float) - other) ** 2).mean())
    return 10 * float(np.log10(255**2 / max(1e-9, error)))
