"""A model is downloaded from a hub whose connection breaks: paused, resumed, verified, and selected."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.api.conftest import start_server, stop_server
from tests.e2e.axe import violations
from tests.e2e.conftest import Studio, Visit
from tests.e2e.hands import HANDS, Hand
from tests.fakes.hub import FakeHub, Fault
from tests.models.paper import paper_files

FAMILIES = Path(__file__).parents[1] / "models" / "families"
KNOWN = f"import artifex.catalog\nartifex.catalog.__path__.append({str(FAMILIES)!r})\n"
"""Lets the server's processes, but not this one, find the family of paper models."""
MODEL = "A model of paper"
PULL_MS = 60_000


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub({"tests/paper": paper_files()}) as fake:
        yield fake


@pytest.fixture
def paper_studio(_browser_and_page_are_here: None, hub: FakeHub, tmp_path: Path) -> Iterator[Studio]:
    (tmp_path / "sitecustomize.py").write_text(KNOWN, encoding="utf-8")
    settings = {"PYTHONPATH": str(tmp_path), "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(tmp_path / "hf")}
    opened = Studio(start_server(tmp_path / "home", settings=settings, fresh=True))
    yield opened
    stop_server(opened.server)


def card_of(page: Page):
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=MODEL))


@pytest.mark.parametrize("kind", HANDS, ids=lambda kind: kind.name)
def test_a_download_over_a_line_that_breaks(paper_studio: Studio, hub: FakeHub, visit: Visit, kind: type[Hand]) -> None:
    shard = "model-00003-of-00007.safetensors"
    hub.queue(shard, Fault("drop", 100_000), Fault("status", status=503), Fault("truncate", 200_000))
    hub.seconds_a_piece = 0.02
    someone = visit(paper_studio)
    hand = kind(someone.page)
    page = someone.go("/models")
    card = card_of(page)
    hand.press(card.get_by_role("button", name="Get A model of paper"))
    expect(card.get_by_role("progressbar")).to_be_visible()
    hand.press(card.get_by_role("button", name="Pause", exact=True))
    expect(card.get_by_text("Paused")).to_be_visible()
    assert not violations(page)
    hand.press(card.get_by_role("button", name="Resume"))
    hub.seconds_a_piece = 0
    expect(card.get_by_text("Installed", exact=True)).to_be_visible(timeout=PULL_MS)
    assert all(not left for left in hub.faults.values())
    hand.press(card.get_by_role("button", name=f"Use as default: {MODEL}"))
    expect(card.get_by_text("Default", exact=True)).to_be_visible()
    hand.check_honesty()


def test_a_hub_that_is_away_says_so_and_waits(paper_studio: Studio, hub: FakeHub, visit: Visit) -> None:
    hub.queue("", *[Fault("status", status=404)])
    someone = visit(paper_studio)
    page = someone.go("/models")
    card = card_of(page)
    card.get_by_role("button", name="Get A model of paper").click()
    expect(card.get_by_role("alert").or_(card.get_by_text("That broke off")).first).to_be_visible(timeout=PULL_MS)
    card.get_by_role("button", name="Go on").or_(card.get_by_role("button", name="Get A model of paper")).first.click()
    expect(card.get_by_text("Installed", exact=True)).to_be_visible(timeout=PULL_MS)
