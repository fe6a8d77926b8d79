"""Take screenshots of every page, in each language, theme and size, with content: what ``make screenshots`` runs.

    .venv/bin/python -m tools.screenshots [--pages queue,outputs] [--output build/screenshots]

Starts a temporary studio with the starter model, makes clips in it, and opens its pages in Chromium.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from playwright.sync_api import Browser, Page, expect
from tests.api.conftest import Server, start_server, stop_server
from tests.e2e.browser import Visitor, chromium, chromium_path
from tests.e2e.conftest import add_user

LANGUAGES = ("en", "ko", "ru")
THEMES = ("light", "dark")
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
PROMPTS = (
    "a red circle moves right on a blue background",
    "a small yellow star spins clockwise on a purple background",
    "a green ring grows on a white background",
    "빨간 원이 오른쪽으로 움직인다, 파란 배경",
    "маленькая жёлтая звезда вращается на фиолетовом фоне",
    "a white square moves up on a black background",
)
QUICK = {"size": "128x128", "frames": 17, "steps": 8}
SLOW = {"size": "256x256", "frames": 81, "steps": 60}
SETTLE_SECONDS = 0.4
CLIPS_SECONDS = 300


@dataclass(frozen=True)
class Content:
    """Ids of what the studio was filled with: clips, the batch of the contact sheet, and the film."""

    clips: list[str]
    sheet: str
    film: str


def main() -> None:
    arguments = argparse.ArgumentParser(description="Make pictures of every page.")
    arguments.add_argument("--output", type=Path, default=Path("build/screenshots"))
    arguments.add_argument("--pages", default="", help="only these, with commas between")
    chosen = arguments.parse_args()
    if chromium_path() is None:
        sys.exit("No Chromium was found. On Debian: apt-get install chromium fonts-noto-cjk")
    only: set[str] = {name for name in str(chosen.pages).split(",") if name}
    chosen.output.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        with studio() as server:
            content = fill(server.client())
            shoot(browser, server, pages(content), only, chosen.output)
        with studio("--accounts") as server:
            shoot(browser, server, {"sign-in": "/generate"}, only, chosen.output)
    print(f"{len(list(chosen.output.glob('*.png')))} pictures are in {chosen.output.resolve()}")


@contextmanager
def studio(*options: str) -> Iterator[Server]:
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if "--accounts" in options:
            add_user(home, "admin", "admin")
        server = start_server(home, *options, settings={"HF_HUB_OFFLINE": "1"})
        try:
            yield server
        finally:
            stop_server(server)


def pages(content: Content) -> dict[str, str]:
    return {
        "generate": "/generate",
        "sheet": f"/sheet/{content.sheet}",
        "queue": "/queue",
        "history": "/queue?tab=history",
        "machine": "/queue?tab=machine",
        "outputs": "/outputs",
        "clip": f"/outputs/{content.clips[0]}",
        "compare": f"/compare?ids={','.join(content.clips[:2])}",
        "films": "/projects",
        "timeline": f"/projects/{content.film}",
        "models": "/models",
        "optimizations": "/optimizations",
        "settings": "/settings",
        "about": "/about",
        "generate-again": f"/generate?from={content.clips[0]}&how=again",
    }


def fill(client: httpx2.Client) -> Content:
    """Fill a studio with a dozen clips, a film, a contact sheet, a failed download, and a working queue."""
    made = [submit(client, {**QUICK, "prompt": prompt, "seed": seed})[0] for seed in (1, 2) for prompt in PROMPTS]
    sheet = submit(client, {**QUICK, "steps": 12, "prompt": PROMPTS[0], "seeds": 6, "draft_steps": 6})
    model = next(item for item in client.get("/api/v1/models").json()["items"] if not item["installed"])
    failed = client.post(f"/api/v1/models/{model['name']}/pull").json()
    wait_for(client, [*made, *sheet, failed], ("succeeded", "failed", "draft"))
    submit(client, {**SLOW, "prompt": PROMPTS[1]})
    waiting = [submit(client, {**SLOW, "prompt": prompt})[0] for prompt in PROMPTS[2:]]
    client.post(f"/api/v1/jobs/{waiting[-1]['id']}/pause").raise_for_status()
    clips = [client.get(f"/api/v1/jobs/{job['id']}").json()["result"]["asset_ids"][0] for job in made]
    return Content(clips, sheet[0]["batch"], film(client, clips))


def film(client: httpx2.Client, clips: list[str]) -> str:
    """Make a film of a few clips one after another, with a marker and a prompt; returns its id."""
    begun = client.post("/api/v1/projects", json={"name": "Shapes", "rate": "16", "width": 128, "height": 128})
    project = f"/api/v1/projects/{begun.raise_for_status().json()['id']}"
    for clip in clips[:5]:
        client.post(f"{project}/place", json={"asset": clip}).raise_for_status()
    source = {"kind": "prompt", "text": PROMPTS[2], "crossfade": 6}
    prompt = {"edit": "overwrite", "at": 20, "clips": [{"track": "p1", "clip": {"duration": 40, "source": source}}]}
    edits = [{"edit": "add_marker", "frame": 34, "name": "Turn"}, prompt]
    client.post(f"{project}/edits", json={"commands": edits}).raise_for_status()
    return project.rpartition("/")[2]


def submit(client: httpx2.Client, request: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post("/api/v1/jobs", json={"kind": "generate", **request})
    answer.raise_for_status()
    return answer.json()["items"]


def wait_for(client: httpx2.Client, jobs: list[dict[str, Any]], states: tuple[str, ...]) -> None:
    deadline = time.monotonic() + CLIPS_SECONDS
    for job in jobs:
        while client.get(f"/api/v1/jobs/{job['id']}").json()["state"] not in states:
            if time.monotonic() > deadline:
                sys.exit(f"The job {job['id']} is not over after {CLIPS_SECONDS} s.")
            time.sleep(0.5)


def shoot(browser: Browser, server: Server, places: dict[str, str], only: set[str], output: Path) -> None:
    wanted = {name: path for name, path in places.items() if not only or name in only}
    for language, theme, size in product(LANGUAGES, THEMES, SIZES):
        visitor = Visitor(browser, server.url, locale=language, color_scheme=theme, viewport=SIZES[size])
        for name, path in wanted.items():
            visitor.page.goto(f"/#{path}")
            settle(visitor.page)
            visitor.page.screenshot(path=output / f"{name}-{language}-{theme}-{size}.png", full_page=True)
        visitor.leave(None)


def settle(page: Page) -> None:
    """Wait until the page has loaded."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_label("Loading")).to_have_count(0)
    expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
    time.sleep(SETTLE_SECONDS)


if __name__ == "__main__":
    main()
