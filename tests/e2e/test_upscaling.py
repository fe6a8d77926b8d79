"""An upscaler is uploaded, and used to enlarge a clip."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.browser import Visitor
from tests.e2e.conftest import Studio
from tests.e2e.content import CLIP_SECONDS, asset_of, job, made, newest_job
from tests.e2e.hands import Hand
from tests.fakes.upscalers import doubling


def test_a_clip_is_enlarged_by_an_upscaler(studio: Studio, visitor: Visitor, hand: Hand, tmp_path: Path) -> None:
    with studio.ask() as client:
        clip = made(client, size="64x64", frames=5, steps=2)
        before = {one["id"] for one in client.get("/api/v1/jobs").json()["items"]}
        page = visitor.go("/models")
        name = f"plain-{hand.name}.safetensors"
        hand.give(page.get_by_role("button", name="Add an upscaler"), doubling(tmp_path / name))
        expect(page.get_by_role("table", name="Upscalers").get_by_role("rowheader", name=name)).to_be_visible()
        visitor.go(f"/outputs/{clip}")
        hand.press(page.get_by_role("button", name="More"))
        hand.press(page.get_by_role("menuitem", name="Enlarge"))
        dialog = page.get_by_role("dialog", name="Enlarge the clip")
        hand.pick(dialog.get_by_role("combobox", name="How"), name)
        expect(dialog.get_by_role("combobox", name="How")).to_have_value(name)
        expect(dialog.get_by_role("radio", name="2 times, 128x128")).to_be_checked()
        expect(dialog.get_by_role("radio", name="8K (4320p), 4320x4320")).to_be_enabled()
        assert not violations(page)
        hand.press(dialog.get_by_role("button", name="Begin"))
        opened = page.get_by_role("main").get_by_role("link", name="Open")  # the note that it is done has one, too
        expect(opened).to_be_visible(timeout=CLIP_SECONDS * 1000)
        enlarged = job(client, newest_job(client, before)["id"])
        hand.press(opened)
        expect(page.get_by_text("128 x 128")).to_be_visible()
        expect(page.get_by_text(f"Enlarged 2 times, {name}")).to_be_visible()
        expect(page.get_by_role("link", name="The clip it was made from")).to_have_attribute(
            "href", f"#/outputs/{clip}"
        )
        facts = client.get(f"/api/v1/media/{asset_of(enlarged)}").json()["facts"]
        assert (facts["width"], facts["method"], facts["upscaled_from"]) == (128, name, clip)
