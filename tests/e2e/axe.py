"""axe-core, run inside the page. It is put there by the browser, for the page's own rules allow no foreign script."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_SCRIPT = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


@cache
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now, one line each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_script())
    _stand_still(page)
    found: dict[str, Any] = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {' '.join(node['target'])}: {node['failureSummary']}: {node['html'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def _stand_still(page: Page) -> None:
    """Colours are those of the end of a transition. One that was halted never ends, and is not waited for."""
    page.evaluate(
        """() => Promise.all(document.getAnimations()
          .filter((one) => one.playState === "running" && one.effect?.getComputedTiming().iterations !== Infinity)
          .map((one) => one.finished.catch(() => {})))"""
    )
