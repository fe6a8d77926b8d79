"""The same film in two windows: each shows what is edited in the other, and nothing that was typed is lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.e2e.axe import violations
from tests.e2e.conftest import Studio, Visit
from tests.e2e.test_timeline import PROJECTS

SOON_MS = 3000
"""Within a second, on a machine that does nothing else."""


def title(clip: str, text: str, at: int) -> dict[str, Any]:
    source = {"kind": "title", "text": text, "size": 0.1, "colour": "#ffffff"}
    placed = {"track": "v1", "clip": {"id": clip, "duration": 48, "source": source, "name": text}}
    return {"edit": "overwrite", "at": at, "clips": [placed]}


@pytest.fixture
def project(studio: Studio) -> str:
    with studio.ask() as client:
        made: str = client.post(PROJECTS, json={"name": "Shared", "width": 320, "height": 180}).json()["id"]
        commands = [title("sun", "Sun", 0), title("moon", "Moon", 72)]
        assert client.post(f"{PROJECTS}/{made}/edits", json={"commands": commands}).status_code == 200
    return made


def clips_of(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Video 1").get_by_role("option")


def choose(page: Page, number: int) -> None:
    """Choose a clip of the track by keys."""
    page.get_by_role("listbox", name="Video 1").focus()
    for key in ("Home", *("ArrowRight",) * number):
        page.keyboard.press(key)


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="Inspector").get_by_role("textbox", name=name, exact=True)


def write(page: Page, name: str, text: str) -> None:
    field(page, name).fill(text)
    page.keyboard.press("Enter")


def test_each_window_shows_what_is_edited_in_the_other(studio: Studio, visit: Visit, project: str) -> None:
    one, other = (visit(studio).go(f"/projects/{project}") for _ in range(2))
    expect(clips_of(other)).to_have_count(2)
    choose(other, 1)
    choose(one, 0)
    write(one, "Name", "Dawn")
    first, second = clips_of(other).nth(0), clips_of(other).nth(1)
    expect(first).to_have_text(re.compile("Dawn"), timeout=SOON_MS)
    expect(second).to_have_attribute("aria-selected", "true")
    write(other, "Name", "Dusk")
    expect(clips_of(one).nth(1)).to_have_text(re.compile("Dusk"), timeout=SOON_MS)
    expect(clips_of(one).nth(0)).to_have_attribute("aria-selected", "true")
    other.get_by_role("button", name="Undo").click()
    expect(clips_of(one).nth(1)).to_have_text(re.compile("Moon"), timeout=SOON_MS)


def test_what_one_types_while_another_changes_it_is_not_lost(studio: Studio, visit: Visit, project: str) -> None:
    one, other = (visit(studio).go(f"/projects/{project}") for _ in range(2))
    for page in (one, other):
        choose(page, 0)
    field(other, "Name").fill("Evening")
    write(one, "Name", "Morning")
    told = other.get_by_role("alert")
    expect(told).to_have_text("Changed elsewhere meanwhile to “Morning”.", timeout=SOON_MS)
    expect(field(other, "Name")).to_have_value("Evening")
    assert not violations(other)
    other.get_by_role("button", name="Keep mine").click()
    expect(clips_of(one).nth(0)).to_have_text(re.compile("Evening"), timeout=SOON_MS)
    expect(told).to_have_count(0)


def let_no_news_through(socket: WebSocketRoute) -> None:
    server = socket.connect_to_server()
    server.on_message(lambda text: socket.send(text) if '"snapshot"' in str(text) else None)


def test_an_edit_of_a_film_that_was_edited_since(studio: Studio, visit: Visit, project: str) -> None:
    """A window that the news has not reached: what its edit leaves alone is no reason to refuse it, all else is."""
    late = visit(studio)
    late.bear("409")
    late.page.route_web_socket("**/api/v1/events*", let_no_news_through)
    page = late.go(f"/projects/{project}")
    expect(clips_of(page)).to_have_count(2)
    choose(page, 1)
    with studio.ask() as client:
        edits = f"{PROJECTS}/{project}/edits"
        client.post(edits, json={"commands": [{"edit": "set_clip", "clip": "sun", "name": "Dawn"}]})
        write(page, "Name", "Dusk")
        expect(clips_of(page).nth(1)).to_have_text(re.compile("Dusk"))
        expect(clips_of(page).nth(0)).to_have_text(re.compile("Dawn"))

        client.post(edits, json={"commands": [{"edit": "set_clip", "clip": "moon", "name": "Night"}]})
        write(page, "Name", "Evening")
        expect(
            page.get_by_role("alert").filter(has_text="changed elsewhere meanwhile, so it was not made")
        ).to_be_visible()
        expect(clips_of(page).nth(1)).to_have_text(re.compile("Night"))
        expect(field(page, "Name")).to_have_value("Evening")
        page.get_by_role("button", name="Take theirs").click()
        expect(field(page, "Name")).to_have_value("Night")
        names = [
            clip["name"]
            for clip in client.get(f"{PROJECTS}/{project}").json()["project"]["timeline"]["tracks"][0]["clips"]
        ]
    assert names == ["Dawn", "Night"]
