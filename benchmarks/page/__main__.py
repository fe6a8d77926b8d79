"""Load of the page on a browser: size of its scripts, time until a prompt can be typed, frame rate of a long gallery.

    python -m benchmarks.page [--json FILE] [--clips 10000] [--seconds 10]

A real ``artifex serve`` and Chromium on this machine, without GPU rendering. Prints each figure with its bar, which is
meant for two cores, and exits with 1 if one is missed.
"""

import json
import os
import statistics
from argparse import ArgumentParser
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from benchmarks.load.figures import Figure, end_with, milliseconds
from benchmarks.page.library import studio_with
from playwright.sync_api import Browser, CDPSession, expect
from tests.e2e.browser import Visitor, chromium

VISITS = 5
_FRAMES = "disabled-by-default-devtools.timeline.frame"

_SCRIPT_BYTES = """() => performance.getEntriesByType("resource")
  .filter((one) => one.initiatorType === "script" || new URL(one.name).pathname.endsWith(".js"))
  .reduce((sum, one) => sum + one.encodedBodySize, 0)"""
_INTERACTIVE = """
window.interactive = new Promise((tell) => new MutationObserver((_, watching) => {
  const prompt = document.querySelector("main textarea:not([aria-hidden])");
  if (prompt === null) return;
  watching.disconnect();
  // After the next task the browser has drawn it, and has time for whoever writes.
  requestAnimationFrame(() => setTimeout(() => tell(performance.now())));
}).observe(document, { childList: true, subtree: true }));
"""
_SCROLL = """([seconds, speed]) => new Promise((done, never) => {
  let began = null, before = null;
  const step = (now) => {
    began ??= now;
    window.scrollBy(0, speed * (now - (before ?? now)) / 1000);
    before = now;
    if (now - began < seconds * 1000) requestAnimationFrame(step);
    else done();
  };
  requestAnimationFrame(step);
  setTimeout(() => never(new Error("the browser stopped drawing")), seconds * 1000 + 20000);
})"""
_SPEED = 4000
"""Pixels a second: more than four screens."""


def first_loads(browser: Browser, url: str) -> list[Figure]:
    """Measure visits with an empty browser cache."""
    sizes: list[int] = []
    times: list[float] = []
    for _ in range(VISITS):
        visitor = Visitor(browser, url)
        visitor.context.add_init_script(_INTERACTIVE)
        page = visitor.go()
        times.append(page.evaluate("window.interactive"))
        page.wait_for_load_state("networkidle")
        sizes.append(page.evaluate(_SCRIPT_BYTES))
        visitor.context.close()
    return [
        Figure("script of a first load of Generate", max(sizes) / 1000, "kB", 300),
        Figure("until one can write a prompt, median", statistics.median(times), "ms", 2000),
    ]


def scrolling(browser: Browser, url: str, seconds: float) -> list[Figure]:
    """Scroll down through the clips at a steady speed, three times; memory that the last two add counts as leaked."""
    visitor = Visitor(browser, url)
    page = visitor.go("/outputs")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    tools = visitor.context.new_cdp_session(page)
    page.evaluate(_SCROLL, [seconds, _SPEED])
    before, _ = _kept(tools)
    frames: list[float] = []
    for _ in range(2):
        browser.start_tracing(page=page, categories=[_FRAMES])
        page.evaluate(_SCROLL, [seconds, _SPEED])
        frames += _drawn(browser.stop_tracing())
    after, elements = _kept(tools)
    visitor.context.close()
    return [
        Figure("frames a second while the gallery scrolls", 1 / statistics.mean(frames), "", 50, least=True),
        Figure("a frame of these, p95", milliseconds(frames, 0.95), "ms", 34),
        Figure("memory that more scrolling keeps", after - before, "MiB", 5),
        Figure("elements of the page after it", elements, "", 3000),
    ]


def _drawn(trace: bytes) -> list[float]:
    """Seconds between consecutive frames that reached the screen."""
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    return [
        (after - before) / 1e6
        for before, after in pairwise(sorted(one["ts"] for one in events if one["name"] == "DrawFrame"))
    ]


def _kept(tools: CDPSession) -> tuple[float, float]:
    """MiB of JavaScript heap, and number of DOM nodes, after a garbage collection."""
    ask = cast("Callable[[str], dict[str, Any]]", tools.send)  # pyright: ignore[reportUnknownMemberType]
    ask("HeapProfiler.collectGarbage")
    ask("Performance.enable")
    told = {one["name"]: one["value"] for one in ask("Performance.getMetrics")["metrics"]}
    return told["JSHeapUsedSize"] / 2**20, told["Nodes"]


def main() -> None:
    arguments = ArgumentParser(description="Measure the page in a browser.")
    arguments.add_argument("--json", type=Path, help="write the figures there")
    arguments.add_argument("--clips", type=int, default=10_000)
    arguments.add_argument("--seconds", type=float, default=10.0, help="of each of three scrolls")
    chosen = arguments.parse_args()
    load = os.getloadavg()[0]
    with studio_with(chosen.clips) as server, chromium() as browser:
        figures = first_loads(browser, server.url) + scrolling(browser, server.url, chosen.seconds)
    end_with(figures, chosen.json, load, clips=chosen.clips)


if __name__ == "__main__":
    main()
