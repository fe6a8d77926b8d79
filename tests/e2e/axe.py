"""Runs axe-core inside the page. It is injected by Playwright, because the page's CSP allows no foreign script."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

# Transferring all results of a long page would take minutes, so only the violations are returned. What is too small
# for a finger, axe-core looks for only where told to.
_RUN = """() => axe.run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } })
  .then((found) => found.violations.flatMap((one) => one.nodes.map((node) =>
    `${one.id}: ${node.target.join(" ")}: ${node.failureSummary}: ${node.html.slice(0, 200)}`)))"""
_SCRIPT = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


@cache
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """The current page's accessibility violations, one per line."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_script())
    _stand_still(page)
    return page.evaluate(_RUN)


def _stand_still(page: Page) -> None:
    """Wait for running animations to end, as contrast is checked on final colours; paused ones would never end."""
    page.evaluate(
        """() => Promise.all(document.getAnimations()
          .filter((one) => one.playState === "running" && one.effect?.getComputedTiming().iterations !== Infinity)
          .map((one) => one.finished.catch(() => {})))"""
    )
