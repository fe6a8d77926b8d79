"""Users who share a studio: each signs in, and none sees what another made."""

import re
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.axe import violations
from tests.e2e.browser import Visitor
from tests.e2e.conftest import PASSWORD, Studio, Visit
from tests.e2e.content import SLOW, made, submit, wait_for
from tests.e2e.hands import HANDS, Hand, Mouse

SECRET = "a red circle moves right on a blue background, for Minsu alone"


@pytest.fixture
def minsu(shared_studio: Studio) -> Iterator[httpx2.Client]:
    with signed_in(shared_studio, "minsu") as client:
        yield client


def signed_in(studio: Studio, name: str) -> httpx2.Client:
    with studio.ask() as client:
        answer = client.post("/api/v1/auth/login", json={"name": name, "password": PASSWORD}).json()
    return studio.ask(headers={"Authorization": f"Bearer {answer['access_token']}"})


def arrive(studio: Studio, visit: Visit, **options: object) -> Visitor:
    someone = visit(studio, **options)
    someone.bear(r"401 .*/api/v1/(auth/|system/about$)")
    someone.go()
    return someone


def sign_in(page: Page, hand: Hand, name: str, password: str = PASSWORD) -> None:
    hand.write(page.get_by_role("textbox", name="Name"), name)
    hand.write(page.get_by_role("textbox", name="Password"), password)
    hand.press(page.get_by_role("button", name="Sign in"))


def sign_out(page: Page) -> None:
    page.keyboard.press("Control+K")
    expect(page.get_by_role("textbox", name="Commands")).to_be_focused()
    page.keyboard.type("Sign out")
    page.keyboard.press("Enter")


def lose_the_prompt(page: Page) -> None:
    asked = page.get_by_role("dialog", name="Sign out and lose the prompt?")
    asked.get_by_role("button", name="Sign out").click()


def end_sessions(studio: Studio, name: str) -> None:
    """What an administrator's reset of a password does."""
    with signed_in(studio, "ada") as ada:
        (user,) = [one for one in ada.get("/api/v1/users").json()["items"] if one["name"] == name]
        ada.patch(f"/api/v1/users/{user['id']}", json={"password": PASSWORD}).raise_for_status()


@pytest.mark.parametrize("kind", HANDS, ids=lambda kind: kind.name)
def test_signing_in_and_out(shared_studio: Studio, visit: Visit, kind: type[Hand]) -> None:
    someone = arrive(shared_studio, visit)
    page = someone.page
    hand = kind(page)
    page.reload()  # installs the script that detects pointing
    expect(page.get_by_role("heading", name="Sign in to the studio")).to_be_visible()
    sign_in(page, hand, "olga", "not her password")
    expect(page.get_by_role("alert")).to_contain_text("not right")
    sign_in(page, hand, "olga")
    expect(page.get_by_role("heading", name="Generate")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Generate")).to_be_visible()
    sign_out(page)
    expect(page.get_by_role("heading", name="Sign in to the studio")).to_be_visible()
    hand.check_honesty()


def test_signing_out_gives_up_what_is_still_asked(shared_studio: Studio, visit: Visit) -> None:
    page = arrive(shared_studio, visit).page
    sign_in(page, Mouse(page), "olga")
    expect(page.get_by_role("heading", name="Generate")).to_be_visible()
    held: list[Route] = []

    def answer_late(logout: Route) -> None:
        """Answer the held requests, too, which are refused by now."""
        answer = logout.fetch()
        for late in held:
            late.fulfill(response=late.fetch())
        logout.fulfill(response=answer)

    page.route("**/api/v1/styles", lambda route: held.append(route))  # Playwright sets attributes on the handler
    page.route("**/api/v1/auth/logout", answer_late)
    with page.expect_request("**/api/v1/styles"):
        page.reload()
    expect(page.get_by_role("heading", name="Generate")).to_be_visible()
    with page.expect_response("**/api/v1/auth/logout"):
        sign_out(page)
    expect(page.get_by_role("heading", name="Sign in to the studio")).to_be_visible()
    assert held


def test_who_must_sign_in_again_goes_on_where_they_were(shared_studio: Studio, visit: Visit) -> None:
    someone = arrive(shared_studio, visit)
    page = someone.page
    sign_in(page, Mouse(page), "minsu")
    expect(page.get_by_role("navigation", name="Studio")).to_be_visible()
    someone.go("/projects")
    page.get_by_role("button", name="New film").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Evening")
    end_sessions(shared_studio, "minsu")
    someone.bear(r"401 .*/api/v1/")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Your session has ended")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert not violations(page)
    sign_in(page, Mouse(page), "minsu")
    expect(dialog.get_by_label("Name")).to_have_value("Evening")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1, name="Evening")).to_be_visible()


def test_a_text_of_the_film_outlasts_the_session(shared_studio: Studio, visit: Visit, minsu: httpx2.Client) -> None:
    film = minsu.post("/api/v1/projects", json={"name": "Shared", "width": 320, "height": 180}).json()["id"]
    source = {"kind": "title", "text": "Sun", "size": 0.1, "colour": "#ffffff"}
    clip = {"id": "sun", "duration": 48, "source": source, "name": "Sun"}
    placed = {"edit": "overwrite", "at": 0, "clips": [{"track": "v1", "clip": clip}]}
    minsu.post(f"/api/v1/projects/{film}/edits", json={"commands": [placed]}).raise_for_status()
    someone = arrive(shared_studio, visit)
    page = someone.page
    sign_in(page, Mouse(page), "minsu")
    expect(page.get_by_role("navigation", name="Studio")).to_be_visible()
    someone.go(f"/projects/{film}")
    page.get_by_role("listbox", name="Video 1").focus()
    page.keyboard.press("Home")
    name = page.get_by_role("region", name="Inspector").get_by_role("textbox", name="Name", exact=True)
    name.fill("Morning")
    end_sessions(shared_studio, "minsu")
    someone.bear(r"401 .*/api/v1/")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Your session has ended")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Your session ended before this was done.")
    sign_in(page, Mouse(page), "minsu")
    expect(name).to_have_value("Morning")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("listbox", name="Video 1").get_by_role("option", name="Morning")).to_be_visible()


def test_signing_out_asks_before_it_loses_a_prompt(shared_studio: Studio, visit: Visit) -> None:
    page = arrive(shared_studio, visit).page
    sign_in(page, Mouse(page), "olga")
    prompt = page.get_by_label("What does the clip show?")
    prompt.fill("a prompt that took half an hour")
    sign_out(page)
    asked = page.get_by_role("dialog", name="Sign out and lose the prompt?")
    expect(asked).to_be_visible()
    assert not violations(page)
    asked.get_by_role("button", name="Cancel").click()
    expect(prompt).to_have_value("a prompt that took half an hour")
    sign_out(page)
    asked.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to the studio")).to_be_visible()
    expect(page.get_by_role("status")).to_have_count(0)


def test_who_comes_next_finds_nothing_of_who_was_here(shared_studio: Studio, visit: Visit) -> None:
    page = arrive(shared_studio, visit).page
    sign_in(page, Mouse(page), "minsu")
    prompt = page.get_by_label("What does the clip show?")
    prompt.fill(SECRET)
    page.reload()
    expect(prompt).to_have_value(SECRET)
    sign_out(page)
    lose_the_prompt(page)
    expect(page.get_by_role("heading", name="Sign in to the studio")).to_be_visible()
    assert SECRET not in page.evaluate("JSON.stringify(localStorage)")
    sign_in(page, Mouse(page), "olga")
    expect(prompt).to_have_value("")


def test_tabs_of_one_browser_sign_in_and_out_together(shared_studio: Studio, visit: Visit) -> None:
    someone = arrive(shared_studio, visit)
    page, other = someone.page, someone.page.context.new_page()
    sign_in(page, Mouse(page), "minsu")
    expect(page.get_by_role("button", name="Signed in as minsu")).to_be_visible()
    other.goto(page.url)
    prompt = other.get_by_label("What does the clip show?")
    prompt.fill(SECRET)
    sign_out(page)
    lose_the_prompt(page)
    expect(other.get_by_role("heading", name="Sign in to the studio")).to_be_visible()
    expect(other.get_by_role("status")).to_contain_text("You signed out in another window")
    sign_in(page, Mouse(page), "olga")
    expect(other.get_by_role("button", name="Signed in as olga")).to_be_visible()
    expect(prompt).to_have_value("")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(shared_studio: Studio, visit: Visit, theme: str) -> None:
    someone = arrive(shared_studio, visit, color_scheme=theme, reduced_motion="reduce")
    page = someone.page
    assert not violations(page)
    sign_in(page, Mouse(page), "ada")
    expect(page.get_by_role("navigation", name="Studio")).to_be_visible()
    someone.go("/account")
    expect(page.get_by_text("minsu").first).to_be_visible()
    assert not violations(page)


INVITING = re.compile(r"^(Make|Start|New|Add|Import|Upload|Get|Go to Generate)")
"""What begins the names of buttons and links that viewers have no use for."""
URGING = re.compile(r"Drop|Make one|Make clips|you make|you ask for|Add a|Get one")


def test_who_may_only_look_is_not_asked_to_make_anything(shared_studio: Studio, visit: Visit) -> None:
    someone = arrive(shared_studio, visit, guided=False)
    page = someone.page
    sign_in(page, Mouse(page), "vera")
    welcome = page.get_by_role("dialog", name="Welcome to your studio")
    expect(welcome).to_contain_text("Your account is for viewing")
    assert not violations(page)
    welcome.get_by_role("button", name="Look at the clips").click()
    expect(page).to_have_url(re.compile("#/outputs$"))
    main = page.get_by_role("main")
    expect(main).to_contain_text("Your account is for viewing")
    for place, shown in {
        "/generate": "Your account is for viewing",
        "/queue": "Nothing is waiting.",
        "/outputs?kind=image": "Your account is for viewing",
        "/projects": "Your account is for viewing",
        f"/sheet/{'0' * 32}": "Your account is for viewing",
        "/models": "There are none yet.",
        "/settings/styles": "There are no styles yet.",
    }.items():
        someone.go(place, afresh=True)
        expect(main).to_contain_text(shown)
        for role in ("button", "link"):
            expect(main.get_by_role(role, name=INVITING)).to_have_count(0)
        expect(main.get_by_text(URGING)).to_have_count(0)


def test_nobody_sees_what_another_made(shared_studio: Studio, visit: Visit, minsu: httpx2.Client) -> None:
    clip = made(minsu, SECRET)
    (running,) = submit(minsu, f"{SECRET}, slowly", **SLOW)
    wait_for(minsu, running["id"], "running")
    people = {}
    for name in ("minsu", "olga"):
        someone = people[name] = arrive(shared_studio, visit)
        sign_in(someone.page, Mouse(someone.page), name)
        expect(someone.page.get_by_role("navigation", name="Studio")).to_be_visible()
    for place in ("/generate", "/queue", "/queue?tab=history", "/outputs"):
        for someone in people.values():
            someone.go(place, afresh=True)
        expect(people["minsu"].page.get_by_text(SECRET).first).to_be_visible()
        expect(people["olga"].page.get_by_text(SECRET)).to_have_count(0)
    people["olga"].bear(rf"404 .*{clip}")
    people["olga"].go(f"/outputs/{clip}")
    expect(people["olga"].page.get_by_role("heading", name="This file is not here")).to_be_visible()
    people["minsu"].go(f"/outputs/{clip}")
    expect(people["minsu"].page.get_by_text(SECRET).first).to_be_visible()
    minsu.post(f"/api/v1/jobs/{running['id']}/cancel")
