"""How long the editor keeps the browser's main thread busy for each frame, while a long film is edited.

    python -m benchmarks.editor [--json FILE] [--clips 2000] [--seconds 4]

A real ``artifex serve`` and Chromium on this machine, without GPU rendering. The film is zoomed and scrolled, a clip
dragged and the playhead moved, by mouse and wheel. Prints each figure with its bar, and exits with 1 if one is missed.
"""

import os
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from benchmarks.editor.film import Film, film_of
from benchmarks.editor.trace import CATEGORIES, Work, work_of
from benchmarks.load.figures import Figure, end_with, milliseconds
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browser import Visitor, chromium

FRAME_MS = 16.0
_STEP_SECONDS = 0.016
_WIDE, _HIGH = 1600, 1000

Act = Callable[[Page, int], None]
"""One small movement, given its number."""


def measured(browser: Browser, film: Film, seconds: float) -> dict[str, Work]:
    visitor = Visitor(browser, film.server.url, viewport={"width": _WIDE, "height": _HIGH})
    page = visitor.go(f"/projects/{film.project}")
    expect(page.get_by_role("listbox", name="Video 1")).to_be_attached()
    lane = page.get_by_test_id("lane").bounding_box()
    ruler = page.locator("[data-playhead]").bounding_box()
    assert lane is not None
    assert ruler is not None
    across, down = lane["x"] + lane["width"] / 2, lane["y"] + 30
    found: dict[str, Work] = {}

    def trace(name: str, act: Act) -> None:
        browser.start_tracing(page=page, categories=CATEGORIES)
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            act(page, number)
            number += 1
            time.sleep(_STEP_SECONDS)
        found[name] = work_of(browser.stop_tracing())

    page.mouse.move(across, down)
    page.wait_for_load_state("networkidle")
    _with_key(page, "Control", lambda: trace("zoom", lambda page, number: page.mouse.wheel(0, _zoom(number))))
    _with_key(page, "Control", lambda: [page.mouse.wheel(0, -240) for _ in range(5)])
    _with_key(page, "Shift", lambda: trace("scroll", lambda page, number: page.mouse.wheel(0, 60)))
    page.mouse.down()
    trace("drag a clip", lambda page, number: page.mouse.move(across + _swing(number, 300), down))
    page.keyboard.press("Escape")
    page.mouse.up()
    page.mouse.move(ruler["x"] + 20, ruler["y"] + 8)
    page.mouse.down()
    trace(
        "move the playhead",
        lambda page, number: page.mouse.move(ruler["x"] + 320 + _swing(number, 300), ruler["y"] + 8),
    )
    page.mouse.up()
    visitor.context.close()
    return found


def _with_key(page: Page, key: str, act: Callable[[], object]) -> None:
    page.keyboard.down(key)
    act()
    page.keyboard.up(key)


def _zoom(number: int) -> int:
    """Wheel movement that zooms in for 40 steps, then out for 40."""
    return -60 if number // 40 % 2 == 0 else 60


def _swing(number: int, far: int) -> int:
    """A position that swings between -far and far."""
    place = number * 7 % (4 * far)
    return place - far if place < 2 * far else 3 * far - place


def figures_of(name: str, work: Work) -> list[Figure]:
    seconds = [frame / 1000 for frame in work.frames]
    return [
        Figure(f"{name}: a frame, median", statistics.median(work.frames), "ms", FRAME_MS),
        Figure(f"{name}: a frame, p95", milliseconds(seconds, 0.95), "ms", FRAME_MS),
        Figure(f"{name}: a frame, worst", max(work.frames), "ms", 50),
        Figure(f"{name}: tasks of 50 ms and more", len(work.long), "", 0),
    ]


def main() -> None:
    arguments = ArgumentParser(description="Measure the editor in a browser.")
    arguments.add_argument("--json", type=Path, help="write the figures there")
    arguments.add_argument("--clips", type=int, default=2000)
    arguments.add_argument("--seconds", type=float, default=4.0, help="of each movement")
    chosen = arguments.parse_args()
    load = os.getloadavg()[0]
    with film_of(chosen.clips) as film, chromium() as browser:
        found = measured(browser, film, chosen.seconds)
    figures = [figure for name, work in found.items() for figure in figures_of(name, work)]
    end_with(
        figures, chosen.json, load, clips=chosen.clips, frames={name: len(work.frames) for name, work in found.items()}
    )


if __name__ == "__main__":
    main()
