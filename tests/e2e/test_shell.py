"""The frame around the pages: navigation, commands, themes, languages, first run, lost and restored connections."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.axe import violations
from tests.e2e.browser import Visitor
from tests.e2e.conftest import Studio, Visit
from tests.e2e.content import made
from tests.e2e.hands import Hand, Keyboard

PLACES = {
    "Generate": "/generate",
    "Queue & stats": "/queue",
    "Outputs": "/outputs",
    "Models": "/models",
    "Optimizations": "/optimizations",
    "Settings": "/settings",
}


@pytest.mark.parametrize(("theme", "background"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(36, 36, 36)")])
def test_something_is_shown_before_scripts_and_styles_have_come(
    studio: Studio, visit: Visit, theme: str, background: str
) -> None:
    page = visit(studio, color_scheme=theme).page
    held: list[Route] = []
    late = [""]  # what the names of files begin with that do not come yet

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if any(name.startswith(one) for one in late):
            held.append(route)
        else:
            route.continue_()

    def go_on(but: list[str]) -> None:
        late[:] = but
        waiting = held.copy()
        held.clear()
        for route in waiting:
            answer(route)

    page.route("**/assets/*", answer)
    page.goto("/#/generate", wait_until="commit")
    expect(page.get_by_role("img", name="Artifex")).to_be_visible()
    expect(page.locator(".opening")).to_have_css("background-color", background)
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    go_on(but=["GeneratePage"])
    expect(page.get_by_label("Loading")).to_be_visible()
    expect(page.locator(".opening")).to_have_count(0)
    go_on(but=["ModelsPage"])
    expect(page.get_by_role("heading", name="Generate")).to_be_visible()
    page.get_by_role("link", name="Models", exact=True).click()
    expect(page.get_by_label("Loading")).to_be_visible()
    go_on(but=[])
    expect(page.get_by_role("heading", name="Models")).to_be_visible()
    expect(page.get_by_label("Loading")).to_have_count(0)


def test_the_styles_of_a_part_count_more_than_those_of_all(visitor: Visitor) -> None:
    page = visitor.go("/queue")
    sheets = page.evaluate("[...document.styleSheets].map(({ href }) => href?.split('/').at(-1)).filter(Boolean)")
    assert [name.partition("-")[0] for name in sheets] == ["index", "QueuePage"]


def test_every_place_is_reached_from_the_bar(visitor: Visitor, hand: Hand) -> None:
    page = visitor.go()
    bar = page.get_by_role("navigation", name="Studio")
    for name, path in PLACES.items():
        hand.press(bar.get_by_role("link", name=name))
        expect(page).to_have_url(re.compile(f"#{path}$"))
        expect(bar.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page).to_have_title(re.compile("Artifex$"))


def test_the_content_is_reached_at_one_stroke(visitor: Visitor) -> None:
    page = visitor.go("/settings")
    keyboard = Keyboard(page)
    keyboard.reach(page.get_by_role("navigation", name="Studio").get_by_role("link", name="Generate"))
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_the_focus_stays_near_what_was_done(studio: Studio, visitor: Visitor) -> None:
    """Neither a button that was disabled while it worked nor a deleted row leaves the keyboard at the page's top."""
    with studio.ask() as client:
        for name in ("Kept", "Deleted"):
            client.post("/api/v1/projects", json={"name": name}).raise_for_status()
    page = visitor.go("/generate")
    keyboard = Keyboard(page)
    keyboard.write(page.get_by_role("textbox", name="What does the clip show?"), "a red circle")
    make = page.get_by_role("button", name="Make the clip")
    keyboard.press(make)
    expect(page.get_by_text("Queued.")).to_be_visible()
    expect(make).to_be_focused()
    visitor.go("/projects")
    keyboard.press(page.get_by_role("button", name="Actions for Deleted"))
    keyboard.press(page.get_by_role("menuitem", name="Delete"))
    keyboard.press(page.get_by_role("dialog").get_by_role("button", name="Delete"))
    expect(page.get_by_role("link", name="Deleted")).to_have_count(0)
    expect(page.get_by_role("row").locator(":focus")).to_have_count(1)


def test_the_palette_goes_anywhere(visitor: Visitor) -> None:
    page = visitor.go()
    page.keyboard.press("Control+K")
    search = page.get_by_role("textbox", name="Commands")
    expect(search).to_be_focused()
    page.keyboard.type("models")
    expect(page.get_by_role("button", name="Go to Models")).to_be_visible()
    assert not violations(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#/models$"))
    expect(search).to_be_hidden()


def test_the_palette_changes_theme_and_language(visitor: Visitor) -> None:
    page = visitor.go()
    html = page.locator("html")
    for command in ("light and dark", "한국어"):
        page.keyboard.press("Control+K")
        expect(page.get_by_role("textbox", name="Commands")).to_be_focused()
        page.keyboard.type(command)
        page.keyboard.press("Enter")
        expect(page.get_by_role("textbox", name="Commands")).to_be_hidden()
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(html).to_have_attribute("lang", "ko")
    page.reload()
    expect(html).to_have_attribute("lang", "ko")
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")


def test_shortcuts_are_listed_and_go(visitor: Visitor) -> None:
    page = visitor.go("/about")
    page.keyboard.press("Shift+?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert not violations(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+2")
    expect(page).to_have_url(re.compile("#/queue$"))


@pytest.mark.parametrize(("locale", "welcome"), [("en-US", "Welcome"), ("ko-KR", "스튜디오"), ("ru-RU", "студию")])
def test_the_browsers_language_is_spoken(studio: Studio, visit: Visit, locale: str, welcome: str) -> None:
    page = visit(studio, guided=False, locale=locale).go()
    expect(page.get_by_role("dialog").get_by_role("heading")).to_contain_text(welcome)
    expect(page.locator("html")).to_have_attribute("lang", locale[:2])


def test_a_phone_has_its_bar_below(studio: Studio, visit: Visit) -> None:
    page = visit(studio, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).go("/queue")
    bar = page.get_by_role("navigation", name="Studio")
    box = bar.bounding_box()
    assert box is not None
    assert box["y"] > 600
    bar.get_by_role("link", name="Outputs").tap()
    expect(page).to_have_url(re.compile("#/outputs$"))


@pytest.mark.parametrize("hands", ["mouse", "keyboard"])
def test_first_run_leads_to_the_form(studio: Studio, visit: Visit, hands: str) -> None:
    someone = visit(studio, guided=False)
    page = someone.go()
    guide = page.get_by_role("dialog", name="Welcome to your studio")
    expect(guide).to_be_visible()
    assert not violations(page)
    start = guide.get_by_role("button", name="Make a first clip")
    expect(start).to_be_focused()
    if hands == "keyboard":
        page.keyboard.press("Enter")
    else:
        start.click()
    expect(guide).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(guide).to_be_hidden()


def test_a_server_that_goes_and_comes_back(studio: Studio, visit: Visit) -> None:
    someone = visit(studio)
    someone.bear_a_lost_studio()
    page = someone.go("/settings")
    lost = page.get_by_text("No connection to the studio")
    expect(lost).to_be_hidden()
    studio.stop()
    try:
        expect(lost).to_be_visible()
        assert not violations(page)
    finally:
        studio.start()
    expect(lost).to_be_hidden()


def test_a_proxy_that_lets_no_socket_through(studio: Studio, visit: Visit) -> None:
    """The server answers: the page says what is wrong, and polls instead of getting events."""
    someone = visit(studio)
    page = someone.page
    page.route_web_socket("**/api/v1/events*", lambda socket: socket.close())
    someone.go("/queue?tab=history")
    expect(page.get_by_text("No live events from the studio")).to_be_visible()
    assert not violations(page)
    with studio.ask() as client:
        made(client, "a boat behind a proxy")
    expect(page.get_by_text("a boat behind a proxy")).to_be_visible()
    expect(page.get_by_text("No connection to the studio")).to_be_hidden()


def test_a_place_that_nobody_has_been_to_waits_for_the_server(studio: Studio, visit: Visit) -> None:
    """The page's chunk cannot be loaded yet, and loads by itself once the server is back. One can leave meanwhile."""
    someone = visit(studio, viewport={"width": 360, "height": 740})
    someone.bear_a_lost_studio()
    page = someone.go("/settings")
    studio.stop()
    try:
        page.get_by_role("navigation", name="Studio").get_by_role("link", name="Models", exact=True).click()
        expect(page.get_by_role("heading", name="The studio does not answer")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        page.mouse.move(0, 0)  # off the link, as its tooltip is in no landmark
        expect(page.get_by_role("tooltip")).to_have_count(0)
        assert not violations(page)
        bar = page.get_by_role("navigation", name="Studio")
        bar.get_by_role("link", name="Settings").click()  # which has been loaded, and works without the server
        expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
        bar.get_by_role("link", name="Models", exact=True).click()
        expect(page.get_by_role("heading", name="The studio does not answer")).to_be_visible()
    finally:
        studio.start()
    expect(page.get_by_role("heading", name="Models", level=1)).to_be_visible()


def test_a_page_that_opens_before_its_server(studio: Studio, visit: Visit) -> None:
    """The page comes from the browser's cache, or the server stopped at that moment."""
    someone = visit(studio)
    someone.bear_a_lost_studio()
    page = someone.page
    page.route("**/api/v1/system/about", lambda route: route.abort("connectionrefused"))
    page.goto("/")
    expect(page.get_by_role("heading", name="The studio does not answer")).to_be_visible()
    assert not violations(page)
    page.unroute_all()
    expect(page.get_by_role("navigation", name="Studio")).to_be_visible()


def test_a_hand_that_points_is_found_out(visitor: Visitor) -> None:
    """Keyboard flows prove something only if use of a mouse is detected."""
    keyboard = Keyboard(visitor.page)
    page = visitor.go()
    keyboard.check_honesty()
    page.mouse.click(5, 5)
    with pytest.raises(AssertionError):
        keyboard.check_honesty()
