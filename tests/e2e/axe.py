"""axe-core, run inside the page. It is put there by the browser, for the page's own rules allow no foreign script."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

# All that axe tells of a long page would take minutes to hand over; this is what is looked at.
_RUN = """() => axe.run(document, { resultTypes: ["violations"] }).then((found) => found.violations.flatMap((one) =>
  one.nodes.map((node) =>
    `${one.id}: ${node.target.join(" ")}: ${node.failureSummary}: ${node.html.slice(0, 200)}`)))"""
_SCRIPT = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


@cache
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now, one line each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_script())
    _stand_still(page)
    return page.evaluate(_RUN)


def _stand_still(page: Page) -> None:
    """Colours are those of the end of a transition. One that was halted never ends, and is not waited for."""
    page.evaluate(
        """() => Promise.all(document.getAnimations()
          .filter((one) => one.playState === "running" && one.effect?.getComputedTiming().iterations !== Infinity)
          .map((one) => one.finished.catch(() => {})))"""
    )
