"""Waiting, running and ended jobs: reordered, paused, cancelled, retried."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import violations
from tests.e2e.browser import Visitor
from tests.e2e.conftest import Studio
from tests.e2e.content import SLOW, submit, wait_for
from tests.e2e.hands import Hand

COLOURS = ("red", "green", "blue")
OVER = ("succeeded", "failed", "cancelled", "expired")


def prompt_of(colour: str) -> str:
    return f"a {colour} circle moves right on a white background"


@pytest.fixture
def line(studio: Studio) -> Iterator[dict[str, Any]]:
    """A running job and three waiting ones, by colour."""
    with studio.ask() as client:
        # Must not end before the test does, even on a fast machine.
        (running,) = submit(client, "a yellow star spins on a black background", **{**SLOW, "steps": 200, "frames": 57})
        wait_for(client, running["id"], "running", step=1)
        waiting = {colour: submit(client, prompt_of(colour), **SLOW)[0] for colour in COLOURS}
        yield {"running": running, **waiting}
        for one in client.get("/api/v1/jobs").json()["items"]:
            if one["state"] not in OVER:
                client.post(f"/api/v1/jobs/{one['id']}/cancel")
        for one in client.get("/api/v1/jobs").json()["items"]:
            wait_for(client, one["id"], *OVER)


def waiting(page: Page) -> Locator:
    return page.get_by_role("list", name="Waiting").get_by_role("listitem")


def row(page: Page, colour: str) -> Locator:
    return waiting(page).filter(has_text=prompt_of(colour))


def expect_order(page: Page, *colours: str) -> None:
    expect(waiting(page)).to_have_count(len(colours))
    for place, colour in enumerate(colours):
        expect(page.locator(f"[aria-posinset='{place + 1}']")).to_contain_text(prompt_of(colour))


def choose(page: Page, hand: Hand, colour: str, act: str) -> None:
    """Choose an action in a row's menu."""
    hand.press(row(page, colour).get_by_role("button", name="More"))
    hand.press(page.get_by_role("menuitem", name=act))


def test_the_order_is_changed(visitor: Visitor, hand: Hand, line: dict[str, Any]) -> None:
    page = visitor.go("/queue")
    expect_order(page, "red", "green", "blue")
    assert not violations(page)
    if hand.name == "mouse":
        drag(page, row(page, "blue"), row(page, "red"))
    else:
        hand.press(row(page, "blue").get_by_role("button", name="Move up"))
        expect_order(page, "red", "blue", "green")
        page.keyboard.press("Alt+ArrowUp")  # the focus moved with the row
    expect_order(page, "blue", "red", "green")
    page.reload()
    expect_order(page, "blue", "red", "green")


def drag(page: Page, what: Locator, onto: Locator) -> None:
    """Drag a row by its handle to the upper edge of another row."""
    begin, end = what.bounding_box(), onto.bounding_box()
    assert begin is not None
    assert end is not None
    page.mouse.move(begin["x"] + 16, begin["y"] + begin["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + end["height"] / 2, steps=8)
    page.mouse.move(end["x"] + 40, end["y"] + 4, steps=4)
    page.mouse.up()


def test_a_waiting_job_is_held_and_ended(studio: Studio, visitor: Visitor, hand: Hand, line: dict[str, Any]) -> None:
    page = visitor.go("/queue")
    with studio.ask() as client:
        choose(page, hand, "green", "Pause")
        expect(row(page, "green")).to_contain_text("paused")
        wait_for(client, line["green"]["id"], "paused")
        choose(page, hand, "green", "Resume")
        expect(row(page, "green")).to_contain_text("waiting")
        choose(page, hand, "green", "Cancel")
        expect(row(page, "green")).to_have_count(0)
        wait_for(client, line["green"]["id"], "cancelled")


def test_the_running_job_is_held_ended_and_tried_again(
    studio: Studio, visitor: Visitor, hand: Hand, line: dict[str, Any]
) -> None:
    page = visitor.go("/queue")
    running = page.get_by_role("region", name="Running")
    with studio.ask() as client:
        expect(running.get_by_role("progressbar", name="Progress")).to_be_visible()
        assert not violations(page)
        hand.press(running.get_by_role("button", name="Pause"))
        wait_for(client, line["running"]["id"], "paused")
        expect(running).to_contain_text(prompt_of("red"))  # the next job has started
        hand.press(running.get_by_role("button", name="Cancel"))
        wait_for(client, line["red"]["id"], "cancelled")
        hand.press(page.get_by_role("tab", name="History"))
        ended = page.get_by_role("listitem").filter(has_text=prompt_of("red"))
        expect(ended.first).to_contain_text("cancelled")
        hand.press(ended.get_by_role("button", name="Try again").first)
        hand.press(page.get_by_role("tab", name="Queue"))
        expect(page.get_by_role("tabpanel").get_by_text(prompt_of("red")).first).to_be_visible()
