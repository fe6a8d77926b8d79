"""A contact sheet: two of six drafts become finals, equal to what the command line makes from their seeds."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.browser import Visitor
from tests.e2e.conftest import Studio
from tests.e2e.content import CLIP_SECONDS, asset_of, content_of, frames_of
from tests.e2e.films import assert_plays
from tests.e2e.hands import Hand, Keyboard
from tests.e2e.test_generate import field
from tests.forks import COMMAND_LINE, Fork

PROMPT = "a green ring grows on a white background"
FIRST_SEED = 100
LIKED = (101, 104)


def ask_for_drafts(page: Page, hand: Hand) -> None:
    hand.write(field(page, "What does the clip show?"), PROMPT)
    for name, value in {"Width": "64", "Height": "64", "Frames": "9", "Seed": str(FIRST_SEED)}.items():
        hand.write(field(page, name), value)
    hand.press(page.get_by_role("switch", name="Drafts first"))
    hand.write(field(page, "Clips"), "6")
    hand.press(page.get_by_role("button", name="Advanced", exact=True))
    hand.write(field(page, "Steps"), "6")
    hand.press(page.get_by_role("button", name="Make 6 drafts"))
    expect(page).to_have_url(re.compile("#/sheet/"))


def star(page: Page, hand: Hand, seed: int) -> None:
    """Star a draft: with the mouse by its button, with the keyboard by arrow keys and the shortcut."""
    card = page.get_by_role("listitem", name=f"Draft with seed {seed}")
    if hand.name == "mouse":
        card.get_by_role("button", name="Star the draft").click()
    else:
        for _ in range(12):
            if card.evaluate("(one) => one === document.activeElement"):
                break
            page.keyboard.press("ArrowRight")
        page.keyboard.press("s")
    expect(card.get_by_role("button", name="Star the draft")).to_have_attribute("aria-pressed", "true")


@pytest.fixture(scope="module")
def by_command_line(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[str]]:
    """Frame hashes of the clips that the command line makes from the starred seeds."""
    return {seed: made(tmp_path_factory.mktemp("made"), seed) for seed in LIKED}


def test_two_of_six_drafts_become_finals(
    studio: Studio, visitor: Visitor, hand: Hand, by_command_line: dict[int, list[str]]
) -> None:
    page = visitor.go()
    ask_for_drafts(page, hand)
    cards = page.get_by_role("list", name="Drafts").get_by_role("listitem")
    expect(cards).to_have_count(6)
    for seed in range(FIRST_SEED, FIRST_SEED + 6):
        card = page.get_by_role("listitem", name=f"Draft with seed {seed}")
        expect(card).to_contain_text("draft", timeout=CLIP_SECONDS * 1000)
        expect(card.get_by_role("img", name=f"Preview: {PROMPT}")).to_be_visible()
    if isinstance(hand, Keyboard):
        hand.reach(cards.first)
        page.keyboard.press("Home")
    for seed in LIKED:
        star(page, hand, seed)
    assert not violations(page)
    hand.press(page.get_by_role("button", name="Promote 2 starred"))
    for seed in LIKED:
        expect(page.get_by_label(f"Clip with seed {seed}")).to_be_visible(timeout=CLIP_SECONDS * 1000)
    hand.press(page.get_by_role("button", name="Discard the rest"))
    hand.press(page.get_by_role("dialog").get_by_role("button", name="Discard the rest"))
    expect(cards).to_have_count(2)
    film = page.get_by_label(f"Clip with seed {LIKED[0]}")
    if film.evaluate("(film) => film.paused"):
        hand.press(film, "Space")
    assert_plays(film)
    assert finals(studio, page) == by_command_line


def finals(studio: Studio, page: Page) -> dict[int, list[str]]:
    batch = page.url.rpartition("/")[2]
    with studio.ask() as client:
        jobs = client.get("/api/v1/jobs", params={"batch": batch}).json()["items"]
        for one in jobs:
            asked = [one["recipe"][name] for name in ("prompt", "width", "height", "frame_count", "steps")]
            assert asked == [PROMPT, 64, 64, 9, 6]
        return {one["recipe"]["seed"]: frames_of(content_of(client, asset_of(one))) for one in jobs}


def made(folder: Path, seed: int) -> list[str]:
    clip = folder / f"{seed}.mp4"
    command = [
        "generate",
        PROMPT,
        "--size",
        "64x64",
        "--frames",
        "9",
        "--steps",
        "6",
        "--seed",
        str(seed),
        "-o",
        str(clip),
    ]
    with Fork(COMMAND_LINE, command, os.environ) as process:
        _, errors = process.communicate(CLIP_SECONDS)
    assert process.wait() == 0, errors
    return frames_of(clip)
