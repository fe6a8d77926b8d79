"""A film is edited in the browser: created, filled from the library, split, undone, and exported as shown."""

import re
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import httpx2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, expect

from artifex.media.decode import frames
from artifex.media.encode import encode_video
from artifex.media.probe import probe
from tests.e2e.axe import violations
from tests.e2e.browser import Visitor
from tests.e2e.conftest import Studio, Visit
from tests.e2e.content import CLIP_SECONDS, asset_of, content_of, made, newest_job, wait_for
from tests.e2e.films import assert_plays
from tests.e2e.hands import Hand

PROJECTS = "/api/v1/projects"
PROMPT = "a red circle moves right on a blue background"
FRAMES = 33
CUT = """(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 4)
  .map((one) => one.textContent)"""


@pytest.fixture
def clip(studio: Studio) -> str:
    with studio.ask() as client:
        return made(client, PROMPT, frames=FRAMES)


def clips_on_tracks(page: Page):
    """The clips in the list for screen readers."""
    return page.get_by_role("listbox", name="Video 1").get_by_role("option")


def begin(page: Page, hand: Hand, name: str) -> None:
    hand.press(page.get_by_role("button", name="New film").first)
    hand.write(page.get_by_role("textbox", name="Name"), name)
    hand.press(page.get_by_role("button", name="Create"))
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_film_is_cut_and_exported(studio: Studio, visitor: Visitor, hand: Hand, clip: str, tmp_path: Path) -> None:
    page = visitor.go("/projects")
    begin(page, hand, f"Film by {hand.name}")
    file = page.get_by_role("option", name=PROMPT).first
    for count in (1, 2):
        if hand.name == "mouse":
            file.click()
        else:
            hand.reach(file)  # type: ignore[union-attr]
        hand.press(page.get_by_role("button", name="Append at the end"))
        expect(clips_on_tracks(page)).to_have_count(count)
    page.mouse.move(0, 0)  # off the button, as its tooltip is in no landmark
    expect(page.get_by_role("tooltip")).to_have_count(0)
    assert not violations(page)
    time = page.get_by_role("textbox", name="Time", exact=True)
    hand.write(time, "00:00:00:08")
    page.keyboard.press("Enter")
    hand.press(page.get_by_role("button", name="Split at the playhead"))
    expect(clips_on_tracks(page)).to_have_count(3)
    hand.press(page.get_by_role("button", name="Undo"))
    expect(clips_on_tracks(page)).to_have_count(2)
    hand.press(page.get_by_role("button", name="Redo"))
    expect(clips_on_tracks(page)).to_have_count(3)
    page.reload()
    expect(clips_on_tracks(page)).to_have_count(3)
    with studio.ask() as client:
        before = {one["id"] for one in client.get("/api/v1/jobs").json()["items"]}
        hand.press(page.get_by_role("button", name="Export"))
        assert not violations(page)
        hand.press(page.get_by_role("button", name="Render"))
        job = wait_for(client, newest_job(client, before)["id"], "succeeded")
        film = tmp_path / "film.mp4"
        film.write_bytes(content_of(client, asset_of(job)))
    assert probe(film).frame_count == 2 * FRAMES * 24 // 16 - 1  # at the film's 24 frames a second, not the clips' 16


def test_the_film_plays_and_stops(studio: Studio, visitor: Visitor, clip: str) -> None:
    with studio.ask() as client:
        project = client.post(PROJECTS, json={"name": "Plays", "rate": "16", "width": 128, "height": 128}).json()["id"]
        client.post(f"{PROJECTS}/{project}/place", json={"asset": clip})
    page = visitor.go(f"/projects/{project}")
    expect(clips_on_tracks(page)).to_have_count(1)
    page.keyboard.press("l")
    film = page.locator("video").first
    expect(film).to_have_js_property("paused", False, timeout=CLIP_SECONDS * 1000)
    assert_plays(film)
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_the_picture_is_seen_in_a_narrow_window(studio: Studio, visitor: Visitor, clip: str) -> None:
    with studio.ask() as client:
        project = client.post(PROJECTS, json={"name": "Narrow"}).json()["id"]
        client.post(f"{PROJECTS}/{project}/place", json={"asset": clip})
    visitor.page.set_viewport_size({"width": 800, "height": 1000})
    page = visitor.go(f"/projects/{project}")
    expect(clips_on_tracks(page)).to_have_count(1)
    first, last = (page.get_by_role("button", name=name, exact=True).bounding_box() for name in ("Play", "Next cut"))
    assert first is not None
    assert last is not None
    assert first["y"] == last["y"]  # the buttons stand in a row below the picture
    assert page.get_by_role("region", name="Viewer").bounding_box()["width"] >= 200  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= 800


@pytest.mark.parametrize("locale", ["en-US", "ru-RU"])
def test_no_words_are_cut_off_on_a_tablet(studio: Studio, visit: Visit, clip: str, locale: str) -> None:
    with studio.ask() as client:
        project = client.post(PROJECTS, json={"name": "Held upright"}).json()["id"]
        client.post(f"{PROJECTS}/{project}/place", json={"asset": clip})
        prompt = {"duration": 24, "source": {"kind": "prompt", "text": "a green ring"}}
        stale = {"edit": "overwrite", "at": 0, "clips": [{"track": "p1", "clip": prompt}]}
        commands = [{"edit": "add_marker", "frame": 8, "name": "Turn"}, stale]
        client.post(f"{PROJECTS}/{project}/edits", json={"commands": commands}).raise_for_status()
    tablet = {"width": 820, "height": 1180}
    page = visit(studio, viewport=tablet, has_touch=True, is_mobile=True, locale=locale).go(f"/projects/{project}")
    expect(page.locator("button .mantine-Badge-label")).to_be_visible()  # how long rebuilding takes
    labels = page.locator(".mantine-Button-label, .mantine-Badge-label, [role=toolbar] span, h1")
    assert labels.evaluate_all(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= tablet["width"]
    page.locator("button:has(.tabler-icon-file-export)").tap()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert not violations(page)


def test_curves_and_prompts_over_time(studio: Studio, visitor: Visitor, hand: Hand, clip: str) -> None:
    """Bend a tone curve and give a prompt a crossfade: on the canvas with the mouse, or by keyboard alone."""
    with studio.ask() as client:
        project = client.post(PROJECTS, json={"name": "Bent"}).json()["id"]
        client.post(f"{PROJECTS}/{project}/place", json={"asset": clip})
    page = visitor.go(f"/projects/{project}")
    expect(clips_on_tracks(page)).to_have_count(1)
    hand.press(page.get_by_role("button", name="Add a node"))
    hand.press(page.get_by_role("menuitem", name="Curves"))
    curve = page.get_by_role("group", name="Curve: All")
    bend(page, hand, curve)
    expect(curve.get_by_role("slider")).to_have_count(3)
    hand.press(page.get_by_role("button", name="Add", exact=True))
    hand.press(page.get_by_role("menuitem", name="Prompt at the playhead"))
    prompt = page.get_by_role("listbox", name="Prompts 1").get_by_role("option")
    expect(prompt).to_have_text(re.compile("^Prompt: What is to be seen .* 48 frames$"))
    fade_in(page, hand)
    expect(prompt).to_have_text(re.compile("48 frames, crossfade of 12 frames$"))
    page.mouse.move(0, 0)
    expect(page.get_by_role("tooltip")).to_have_count(0)
    assert not violations(page)
    with studio.ask() as client:
        timeline = client.get(f"{PROJECTS}/{project}").json()["project"]["timeline"]
    [_, (x, y), _] = timeline["look"][0]["master"]
    assert 0.45 < x < 0.55
    assert 0.51 < y < 0.8


def test_a_title_is_added_changed_and_exported(
    studio: Studio, visitor: Visitor, hand: Hand, clip: str, tmp_path: Path
) -> None:
    with studio.ask() as client:
        wanted = {"name": "Titled", "rate": "24", "width": 640, "height": 360}
        project = client.post(PROJECTS, json=wanted).json()["id"]
        client.post(f"{PROJECTS}/{project}/place", json={"asset": clip})
    page = visitor.go(f"/projects/{project}")
    expect(clips_on_tracks(page)).to_have_count(1)
    if hand.name == "mouse":
        hand.press(page.get_by_role("button", name="Add title"))
    else:
        page.keyboard.press("Shift+T")
    titles = page.get_by_role("listbox", name="Video 2").get_by_role("option")
    expect(titles).to_have_text(re.compile("^Title: Title, .* 72 frames$"))
    words = page.get_by_role("textbox", name="Words")
    hand.write(words, "Fin")
    page.keyboard.press("Control+Enter")
    expect(titles).to_have_text(re.compile("^Title: Fin, "))
    hand.press(page.get_by_role("button", name="Undo"))
    expect(titles).to_have_text(re.compile("^Title: Title, "))
    hand.press(page.get_by_role("button", name="Redo"))
    expect(titles).to_have_text(re.compile("^Title: Fin, "))
    page.keyboard.press("Control+K")
    page.get_by_role("textbox", name="Commands").fill("Add title")
    page.keyboard.press("Enter")
    another = page.get_by_role("listbox", name="Video 3").get_by_role("option")
    expect(another).to_have_text(re.compile("^Title: Title, "))  # above the existing one
    hand.press(page.get_by_role("button", name="Undo"))
    expect(another).to_have_count(0)
    page.mouse.move(0, 0)
    expect(page.get_by_role("tooltip")).to_have_count(0)
    assert not violations(page)
    with studio.ask() as client:
        seen = Image.open(BytesIO(client.get(f"{PROJECTS}/{project}/frames/5?width=320").content))
        assert_titled(np.asarray(seen.convert("RGB")))
        before = {one["id"] for one in client.get("/api/v1/jobs").json()["items"]}
        hand.press(page.get_by_role("button", name="Export"))
        hand.press(page.get_by_role("button", name="Render"))
        job = wait_for(client, newest_job(client, before)["id"], "succeeded")
        film = tmp_path / "film.mp4"
        film.write_bytes(content_of(client, asset_of(job)))
    exported = list(frames(film))
    assert len(exported) == 72
    for number in (0, 5, 71):  # over the clip, and after its end
        assert_titled(exported[number])


def assert_titled(frame: NDArray[np.uint8]) -> None:
    """The frame has white letters in the middle, and nowhere else."""
    height, width = frame.shape[:2]
    rows, columns = np.nonzero(frame.min(axis=-1) > 200)
    assert len(rows) > 0.001 * width * height
    assert abs((rows.min() + rows.max()) / 2 / height - 0.5) < 0.02
    assert abs((columns.min() + columns.max()) / 2 / width - 0.5) < 0.02
    assert 0.05 < (rows.max() - rows.min()) / height < 0.12


def test_colours_are_repaired(studio: Studio, visitor: Visitor, hand: Hand, clip: str, tmp_path: Path) -> None:
    """A shot gets a new take, shown once accepted; an imported clip is replaced by one edit."""
    with studio.ask() as client:
        file = write_drifting(tmp_path / f"{hand.name}.mp4")
        other = client.post("/api/v1/media", files={"file": (file.name, file.read_bytes())}).json()["id"]
        project = client.post(PROJECTS, json={"name": "Drifts", "rate": "16", "width": 128, "height": 72}).json()["id"]
        for each in (clip, other):
            client.post(f"{PROJECTS}/{project}/place", json={"asset": each})
    page = visitor.go(f"/projects/{project}")
    expect(clips_on_tracks(page)).to_have_count(2)
    choose(page, 0)
    hold_colours(page, hand)
    take = page.get_by_role("group", name="Take 2")
    expect(take).to_have_attribute("data-state", "auditioned", timeout=CLIP_SECONDS * 1000)
    expect(page.get_by_text("Take 2 has its colours held")).to_be_visible()
    expect(take.get_by_text("Take 1, treated")).to_be_visible()
    assert not violations(page)
    hand.press(take.get_by_role("button", name="Accept"))
    expect(take).to_have_attribute("data-state", "accepted")
    choose(page, 1)
    hold_colours(page, hand)
    use = page.get_by_role("button", name="Use it here")
    expect(use).to_be_visible(timeout=CLIP_SECONDS * 1000)
    hand.press(use)
    expect(use).to_have_count(0)
    with studio.ask() as client:
        repaired = shown(client, project)
        assert client.get(f"/api/v1/media/{repaired}").json()["facts"]["treated_from"] == other
        hand.press(page.get_by_role("button", name="Undo"))
        expect(use).to_be_visible()
        assert shown(client, project) == other


def write_drifting(path: Path) -> Path:
    scene = np.random.default_rng(1).integers(40, 140, (72, 128, 3), np.uint8).astype(np.float32)
    frames = [np.clip(scene * (1 + 0.3 * at / 24), 0, 255).astype(np.uint8) for at in range(24)]
    encode_video([np.stack(frames)], Fraction(16), path)
    return path


def choose(page: Page, clip: int) -> None:
    """Select a clip with keys in the track's list."""
    page.get_by_role("listbox", name="Video 1").focus()
    page.keyboard.press("Home")
    for _ in range(clip):
        page.keyboard.press("ArrowRight")
    expect(clips_on_tracks(page).nth(clip)).to_have_attribute("aria-selected", "true")


def hold_colours(page: Page, hand: Hand) -> None:
    hand.press(page.get_by_role("button", name="Measure the drift"))
    hand.press(page.get_by_role("button", name="Hold its colours"))


def shown(client: httpx2.Client, project: str) -> str:
    """Asset id of the film's last clip."""
    track = client.get(f"{PROJECTS}/{project}").json()["project"]["timeline"]["tracks"][0]
    return track["clips"][-1]["source"]["asset"]


def bend(page: Page, hand: Hand, curve: Locator) -> None:
    if hand.name == "mouse":
        box = boxed(curve)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.3)
        return
    hand.press(page.get_by_role("button", name="Add a point"))
    hand.reach(curve.get_by_role("slider", name="Point 2 of 3"))  # type: ignore[union-attr]
    page.keyboard.press("ArrowUp", delay=20)
    page.keyboard.press("ArrowUp", delay=20)


def fade_in(page: Page, hand: Hand) -> None:
    """Give the prompt a crossfade of 12 frames."""
    if hand.name == "keyboard":
        hand.write(page.get_by_role("textbox", name="Crossfade in frames"), "12")
        page.keyboard.press("Enter")
        return
    lane = boxed(page.get_by_test_id("lane"))
    frame = lane["width"] / (FRAMES * 24 // 16 * 1.05)  # the whole film is in view, with some room
    page.mouse.move(lane["x"] + 2, lane["y"] + 6)
    page.mouse.down()
    page.mouse.move(lane["x"] + 2 + 11.6 * frame, lane["y"] + 8, steps=4)
    page.mouse.move(lane["x"] + 2 + 12 * frame, lane["y"] + 8)
    page.mouse.up()


def boxed(what: Locator) -> FloatRect:
    box = what.bounding_box()
    assert box is not None
    return box


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(studio: Studio, visit: Visit, clip: str, theme: str) -> None:
    with studio.ask() as client:
        project = client.post(PROJECTS, json={"name": "Seen"}).json()["id"]
        client.post(f"{PROJECTS}/{project}/place", json={"asset": clip})
    someone = visit(studio, color_scheme=theme, reduced_motion="reduce")
    page = someone.go("/projects")
    expect(page.get_by_role("link", name="Seen").first).to_be_visible()
    assert not violations(page)
    someone.go(f"/projects/{project}")
    expect(clips_on_tracks(page)).to_have_count(1)
    assert not violations(page)
