"""Every page with content: accessibility, both themes, three languages, and a phone's screen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.api.conftest import start_server, stop_server
from tests.e2e.axe import violations
from tests.e2e.browser import Theme
from tests.e2e.conftest import Studio, Visit
from tests.e2e.content import SLOW, made, submit, wait_for

PAGES = {
    "generate": "/generate",
    "again": "/generate?from={first}&how=again",
    "sheet": "/sheet/{sheet}",
    "queue": "/queue",
    "history": "/queue?tab=history",
    "machine": "/queue?tab=machine",
    "outputs": "/outputs",
    "trash": "/outputs?trashed=1",
    "clip": "/outputs/{first}",
    "gone": "/outputs/00000000000000000000000000000000",
    "compare": "/compare?ids={first},{second}",
    "films": "/projects",
    "models": "/models",
    "optimizations": "/optimizations",
    "settings": "/settings",
    "styles": "/settings/styles",
    "webhooks": "/settings/webhooks",
    "account": "/account",
    "about": "/about",
}
KEY = re.compile(r"[a-z]\w*(\.[a-zA-Z]\w*)+|.*{{.*")
"""Matches the key of a missing text, or a text with an unfilled placeholder."""
CUT = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
PHONE = {"width": 360, "height": 740}
OWN_NAME = re.compile(r"\.([cg]pu\d+|js)$")
"""Names of slots and JavaScript libraries, which are the same in every language."""
TEXTS = """() => {
  const named = [...document.querySelectorAll("[aria-label],[placeholder],[title],[alt]")].flatMap((one) =>
    ["aria-label", "placeholder", "title", "alt"].map((name) => one.getAttribute(name) ?? ""));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode.nodeValue);
  return [...named, ...texts, document.title].map((one) => one.trim()).filter(Boolean);
}"""


@dataclass(frozen=True)
class Filled:
    studio: Studio
    ids: dict[str, str]

    def path(self, name: str) -> str:
        return PAGES[name].format(**self.ids)


@pytest.fixture(scope="module")
def filled(_browser_and_page_are_here: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Two clips, a contact sheet, a failed download, and a waiting job."""
    server = start_server(tmp_path_factory.mktemp("filled") / "home", settings={"HF_HUB_OFFLINE": "1"}, fresh=True)
    with server.client() as client:
        first, second = made(client, seed=1), made(client, seed=2)
        sheet = submit(client, size="64x64", frames=5, steps=6, seeds=2, draft_steps=3)
        pull = client.post("/api/v1/models/wan2.2-ti2v-5b/pull").json()
        wait_for(client, pull["id"], "failed")
        for draft in sheet:
            wait_for(client, draft["id"], "draft")
        (waits,) = submit(client, **SLOW, run_at=4e9)
        client.post(f"/api/v1/jobs/{waits['id']}/pause")
    yield Filled(Studio(server), {"first": first, "second": second, "sheet": sheet[0]["batch"]})
    stop_server(server)


def settled(page: Page) -> Page:
    """Wait until nothing is loading any more."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".mantine-Skeleton-root, .mantine-Loader-root")).to_have_count(0)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(filled: Filled, visit: Visit, name: str) -> None:
    someone = visit(filled.studio, reduced_motion="reduce")
    someone.bear(r"404 .*/media/0+$")
    page = settled(someone.go(filled.path(name), afresh=True))
    themes: tuple[Theme, ...] = ("light", "dark")
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", theme)
        assert not violations(page), theme


@pytest.mark.parametrize("locale", ["en-US", "ko-KR", "ru-RU"])
def test_no_text_is_missing(filled: Filled, visit: Visit, locale: str) -> None:
    someone = visit(filled.studio, locale=locale)
    someone.bear(r"404 .*/media/0+$")
    missing: dict[str, list[str]] = {}
    for name in PAGES:
        page = settled(someone.go(filled.path(name), afresh=True))
        keys = [text for text in page.evaluate(TEXTS) if KEY.fullmatch(text) and not OWN_NAME.search(text)]
        missing |= {name: keys} if keys else {}
    assert not missing


@pytest.mark.parametrize("locale", ["en-US", "ru-RU"])
def test_nothing_is_wider_than_a_phone(filled: Filled, visit: Visit, locale: str) -> None:
    with filled.studio.ask() as client:
        client.post("/api/v1/projects", json={"name": "A film"}).raise_for_status()
    someone = visit(filled.studio, viewport=PHONE, has_touch=True, is_mobile=True, locale=locale)
    someone.bear(r"404 .*/media/0+$")
    wide: dict[str, int] = {}
    for name in PAGES:
        page = settled(someone.go(filled.path(name), afresh=True))
        width = page.evaluate("document.documentElement.scrollWidth")
        wide |= {name: width} if width > PHONE["width"] else {}
        assert not page.locator(".mantine-Alert-root").evaluate_all(CUT), name
    assert not wide


@pytest.mark.parametrize("locale", ["en-US", "ru-RU"])
def test_the_whole_form_fits_a_phone(filled: Filled, visit: Visit, locale: str) -> None:
    phone = {"width": 390, "height": 844}
    page = settled(visit(filled.studio, viewport=phone, has_touch=True, is_mobile=True, locale=locale).go("/generate"))
    page.locator("main button[aria-expanded=false]").first.tap()
    marks = page.locator(".mantine-Slider-markLabel")
    expect(marks).to_have_count(2)
    assert not violations(page)  # once the section has unfolded
    boxes = [mark.bounding_box() for mark in marks.all()]
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= phone["width"] for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") == phone["width"]


def test_a_long_prompt_is_one_line_in_the_queue(filled: Filled, visit: Visit) -> None:
    with filled.studio.ask() as client:
        (waits,) = submit(client, "a red circle moves right " * 40, **SLOW, run_at=4e9)
        page = settled(visit(filled.studio, viewport=PHONE, has_touch=True, is_mobile=True).go("/queue"))
        title = page.get_by_role("list", name="Waiting").get_by_title("a red circle moves right a red")
        box = title.bounding_box()
        assert box is not None
        assert box["height"] < 30
        client.post(f"/api/v1/jobs/{waits['id']}/cancel").raise_for_status()


def test_titles_and_headings_tell_where_one_is(filled: Filled, visit: Visit) -> None:
    someone = visit(filled.studio)
    someone.bear(r"404 .*/media/0+$")
    titles = set()
    for name in PAGES:
        page = settled(someone.go(filled.path(name), afresh=True))
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        titles.add(page.title())
    assert all(title.endswith("Artifex") for title in titles)
    assert len(titles) >= 8
