"""Reloading the page, or killing the server, in the middle of a job: both recover by themselves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.api.conftest import start_server, stop_server
from tests.e2e.conftest import Studio, Visit
from tests.e2e.content import CLIP_SECONDS, SLOW, submit, wait_for
from tests.e2e.films import assert_plays

CLIP_MS = CLIP_SECONDS * 1000
PROMPT = "a green ring grows on a white background"


@pytest.fixture
def own_studio(_browser_and_page_are_here: None, tmp_path: Path) -> Iterator[Studio]:
    opened = Studio(start_server(tmp_path / "home"))
    yield opened
    stop_server(opened.server)


def test_loaded_again_in_the_middle_of_a_job(studio: Studio, visit: Visit) -> None:
    page = visit(studio).go("/queue")
    with studio.ask() as client:
        (begun,) = submit(client, PROMPT, **SLOW)
        progress = page.get_by_role("progressbar", name="Progress").first
        expect(progress).to_be_visible()
        wait_for(client, begun["id"], "running", step=2)
        page.reload()
        expect(progress).to_be_visible()
        before = float(progress.get_attribute("aria-valuenow") or 0)
        page.wait_for_function(
            "(before) => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')) > before",
            arg=before,
        )
        client.post(f"/api/v1/jobs/{begun['id']}/cancel")
        expect(progress).to_be_hidden()


def test_a_server_killed_in_the_middle_of_a_job(own_studio: Studio, visit: Visit) -> None:
    """Without any input the page notices that the server goes and comes back, and shows the clip begun before."""
    someone = visit(own_studio)
    someone.bear_a_lost_studio()
    page = someone.go("/generate")
    page.get_by_role("textbox", name="What does the clip show?").fill("what is typed stays")
    with own_studio.ask() as client:
        (begun,) = submit(client, PROMPT, **{**SLOW, "frames": 9})
        wait_for(client, begun["id"], "running", step=9)
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    own_studio.kill()
    expect(page.get_by_text("No connection to the studio")).to_be_visible()
    own_studio.start()
    expect(page.get_by_text("No connection to the studio")).to_be_hidden()
    expect(page.get_by_role("textbox", name="What does the clip show?")).to_have_value("what is typed stays")
    film = page.get_by_label(f"Clip: {PROMPT}")
    expect(film).to_be_visible(timeout=CLIP_MS)
    assert_plays(film)
    with own_studio.ask() as client:
        assert wait_for(client, begun["id"], "succeeded")["id"] == begun["id"]
