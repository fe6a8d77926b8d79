"""Chromium, and a visitor of the page with their console errors, screenshots and traces."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

Theme = Literal["light", "dark"]

FLAGS = (
    "--no-sandbox",  # containers lack the user namespaces that the sandbox needs
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
TRACES = os.environ.get("ARTIFEX_TRACES") == "1"
"""Whether to record Playwright traces, which slow the tests down."""
PATIENCE_MS = 30_000
"""Timeout for what the studio does at once; clips have timeouts of their own."""

_GUIDED = """
if (localStorage.getItem("artifex.preferences") === null)
  localStorage.setItem("artifex.preferences", JSON.stringify({ state: { guided: true }, version: 0 }));
"""
_RULES_BROKEN = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`The page's rules were broken: ${event.violatedDirective} ${event.blockedURI}`));
"""


def chromium_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a temporary profile."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        yield browser
        browser.close()


class Visitor:
    """A user with a browser context of their own and one page of a studio."""

    def __init__(self, browser: Browser, studio: str, *, guided: bool = True, **options: Any) -> None:
        self.studio = studio
        usual: dict[str, Any] = {
            "locale": "en-US",
            "viewport": {"width": 1280, "height": 900},
            "accept_downloads": True,
        }
        self.context: BrowserContext = browser.new_context(base_url=studio, **{**usual, **options})
        self.context.set_default_timeout(PATIENCE_MS)
        if TRACES:
            self.context.tracing.start(snapshots=True)
        self.context.add_init_script(_RULES_BROKEN)
        if guided:
            self.context.add_init_script(_GUIDED)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.bears: list[str] = []
        """Patterns of errors that the test expects."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(f"{error}\n{error.stack or ''}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location.get('url', '')}")

    def go(self, place: str = "/generate", *, afresh: bool = False) -> Page:
        """Go to a place. ``afresh`` also reloads, so that nothing of the last place can be mistaken for the new one."""
        self.page.goto(f"/#{place}")
        if afresh:
            self.page.reload()
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        return self.page

    def bear(self, pattern: str) -> None:
        self.bears.append(pattern)

    def bear_a_lost_studio(self) -> None:
        """Accept the errors that a browser logs while the server is down."""
        self.bear(r"WebSocket|net::ERR_|50[234] ")

    @property
    def complaints(self) -> list[str]:
        """Errors that the test did not expect."""
        return [error for error in self.errors if not any(re.search(known, error) for known in self.bears)]

    def leave(self, evidence: Path | None) -> None:
        """Close. An ``evidence`` folder gets a screenshot, the console errors, and the trace if one was recorded."""
        if evidence is not None:
            evidence.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=evidence / "page.png")
            (evidence / "console.txt").write_text("\n".join(self.errors), encoding="utf-8")
        if TRACES:
            self.context.tracing.stop(**({} if evidence is None else {"path": evidence / "trace.zip"}))
        self.context.close()
