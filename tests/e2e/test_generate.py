"""From text, a picture or an older clip to a new clip that plays; each by mouse, and by keyboard alone."""

import base64
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import violations
from tests.e2e.browser import Visitor
from tests.e2e.conftest import Studio
from tests.e2e.content import CLIP_SECONDS, asset_of, content_of, frames_of, job, made, newest_job, submit, wait_for
from tests.e2e.films import assert_plays
from tests.e2e.hands import Hand

CLIP_MS = CLIP_SECONDS * 1000
HOSTILE = '"><img src=x onerror=alert(1)> \u202e\u2066red\u2069 {circle|square} <b>' + "long " * 300


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def make_small(page: Page, hand: Hand) -> None:
    for name, value in {"Width": "64", "Height": "64", "Frames": "9"}.items():
        hand.write(field(page, name), value)
    hand.press(page.get_by_role("button", name="Advanced", exact=True))
    hand.write(field(page, "Steps"), "4")


def play(page: Page, hand: Hand, prompt: str) -> None:
    film = page.get_by_label(f"Clip: {prompt}", exact=True).first
    expect(film).to_be_visible(timeout=CLIP_MS)
    assert_plays(film)
    hand.press(film, "Space")
    expect(film).to_have_js_property("paused", True)
    hand.press(film, "Space")
    assert_plays(film)


def test_from_a_prompt_to_a_playing_clip(studio: Studio, visitor: Visitor, hand: Hand) -> None:
    prompt = f"a red circle moves right on a blue background, by {hand.name}"
    page = visitor.go()
    hand.write(field(page, "What does the clip show?"), prompt)
    make_small(page, hand)
    cache = field(page, "Step cache")
    expect(cache).to_be_disabled()
    hand.pick(page.get_by_role("combobox", name="Accuracy"), "Fast")
    hand.write(cache, "0.2")
    expect(page.get_by_text("Fits this machine")).to_be_visible()
    hand.press(page.get_by_role("button", name="Make the clip"))
    expect(page.get_by_role("status").filter(has_text="Queued")).to_be_visible()
    play(page, hand, prompt)
    assert not violations(page)
    with studio.ask() as client:
        recipe = newest_job(client)["recipe"]
    assert (recipe["prompt"], recipe["width"], recipe["frame_count"], recipe["steps"]) == (prompt, 64, 9, 4)
    assert (recipe["accuracy"], recipe["step_cache"]) == ("fast", [0.2, 0.2])


def test_the_shortcut_makes_the_clip(studio: Studio, visitor: Visitor) -> None:
    page = visitor.go()
    field(page, "What does the clip show?").fill("a green ring grows on a white background")
    with studio.ask() as client:
        before = {one["id"] for one in client.get("/api/v1/jobs").json()["items"]}
        page.keyboard.press("Control+Enter")
        begun = newest_job(client, before)
        assert begun["recipe"]["prompt"].startswith("a green ring")
        client.post(f"/api/v1/jobs/{begun['id']}/cancel")


def test_from_a_picture_to_a_clip(studio: Studio, visitor: Visitor, hand: Hand, tmp_path: Path) -> None:
    picture = tmp_path / f"square-{hand.name}.png"
    drawn = Image.new("RGB", (64, 64), "navy")
    ImageDraw.Draw(drawn).rectangle((20, 20, 44, 44), fill="orange")
    drawn.save(picture)
    prompt = f"the shape moves up, by {hand.name}"
    page = visitor.go()
    hand.press(page.get_by_role("radio", name="A picture or a clip"))
    hand.give(page.get_by_role("button", name="choose one Picture to start from"), picture)
    expect(page.get_by_role("img", name=f"Reference: {picture.name}")).to_be_visible()
    assert not violations(page)
    hand.write(field(page, "What does the clip show?"), prompt)
    make_small(page, hand)
    hand.press(page.get_by_role("button", name="Make the clip"))
    play(page, hand, prompt)
    with studio.ask() as client:
        done = newest_job(client)
        first = client.get(f"/api/v1/media/{asset_of(done)}").json()
    assert done["recipe"]["references"][0]["role"] == "image"
    assert first["kind"] == "video"


DROP = """([type, name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type: "video/mp4" }));
  const target = document.querySelector("h1");
  if (type === "paste") {
    target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: files, bubbles: true, cancelable: true }));
  } else {
    for (const kind of ["dragover", "drop"])
      target.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
  }
}"""


def test_a_clip_that_is_dropped_gives_its_recipe_back(studio: Studio, visitor: Visitor, hand: Hand) -> None:
    """With the keyboard the file is pasted instead, which the page handles in the same way."""
    prompt = f"a small yellow star spins clockwise on a purple background, by {hand.name}"
    with studio.ask() as client:
        (asked,) = submit(
            client, prompt, size="96x64", frames=9, steps=5, seed=1234567, guidance=3.5, shift=4, negative_prompt="grey"
        )
        clip = asset_of(wait_for(client, asked["id"], "succeeded"))
        content = content_of(client, clip)
        before = {one["id"] for one in client.get("/api/v1/jobs").json()["items"]}
        page = visitor.go()
        expect(field(page, "What does the clip show?")).to_be_visible()
        kind = "drop" if hand.name == "mouse" else "paste"
        page.evaluate(DROP, [kind, "some clip.mp4", base64.b64encode(content).decode()])
        expect(field(page, "What does the clip show?")).to_have_value(prompt)
        expect(field(page, "Width")).to_have_value("96")
        expect(field(page, "Frames")).to_have_value("9")
        expect(field(page, "Seed")).to_have_value("1234567")
        hand.press(page.get_by_role("button", name="Make the clip"))
        again = wait_for(client, newest_job(client, before)["id"], "succeeded")
        assert again["recipe"] == job(client, asked["id"])["recipe"]
        assert frames_of(content_of(client, asset_of(again))) == frames_of(content)


def test_make_again_fills_the_form(studio: Studio, visitor: Visitor, hand: Hand) -> None:
    with studio.ask() as client:
        clip = made(client, "a white square moves up on a black background", seed=77)
    page = visitor.go(f"/outputs/{clip}")
    hand.press(page.get_by_role("link", name="Make again"))
    expect(field(page, "What does the clip show?")).to_have_value("a white square moves up on a black background")
    expect(field(page, "Seed")).to_have_value("77")


def test_a_hostile_prompt_is_text_everywhere(studio: Studio, visitor: Visitor) -> None:
    with studio.ask() as client:
        clip = made(client, HOSTILE)
    page = visitor.page
    for place in (
        "/generate",
        "/queue?tab=history",
        "/outputs",
        f"/outputs/{clip}",
        f"/generate?from={clip}&how=again",
    ):
        visitor.go(place)
        shown = page.get_by_text('"><img src=x').or_(page.get_by_role("textbox", name="What does the clip show?")).first
        expect(shown).to_be_visible()
        assert page.locator("img[src=x]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
