"""Input by mouse, or by keyboard alone. Each flow is written once for both."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

_MOST_TABS = 250
_WATCH = """
window.pointed = 0;
for (const kind of ["mousedown", "pointerdown", "wheel", "touchstart"])
  addEventListener(kind, () => { window.pointed += 1; }, true);
"""


class Mouse:
    name = "mouse"

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: Locator, key: str | None = None) -> None:
        """Click a control; one that is drawn by its label is clicked there."""
        label = what.evaluate("(one) => one.type === 'radio' && one.offsetWidth < 4 && one.labels[0]?.htmlFor")
        (self.page.locator(f'label[for="{label}"]').first if label else what).click()

    def write(self, where: Locator, text: str) -> None:
        where.fill(text)

    def give(self, button: Locator, *files: Path) -> None:
        """Choose files in the dialog that a button opens."""
        with self.page.expect_file_chooser() as chosen:
            self.press(button)
        chosen.value.set_files(files)

    def pick(self, where: Locator, option: str) -> None:
        """Choose an option of a list by its text."""
        self.press(where)
        self.press(self.page.get_by_role("option", name=option))

    def check_honesty(self) -> None:
        pass


class Keyboard:
    """Moves between controls with Tab and activates them with Enter or Space; never uses a pointer."""

    name = "keyboard"

    def __init__(self, page: Page) -> None:
        self.page = page
        page.context.add_init_script(_WATCH)

    def reach(self, what: Locator) -> None:
        expect(what).to_be_visible()
        expect(what).to_be_enabled()
        wanted = what.element_handle()
        for key in ("Tab", "Shift+Tab"):
            for _ in range(_MOST_TABS):
                there, gone = wanted.evaluate("(one) => [one === document.activeElement, !one.isConnected]")
                if there:
                    return
                if gone:  # React has replaced the element
                    wanted = what.element_handle()
                else:
                    self.page.keyboard.press(key)
        raise AssertionError(f"Tab does not come to {what}")

    def press(self, what: Locator, key: str | None = None) -> None:
        """Activate a control: links with Enter, checkboxes and switches with Space, choices with arrow keys."""
        if self._is_choice(what):
            return self._arrow_to(what)
        self.reach(what)
        self._assert_seen(what)
        boxes = "(one) => one.matches('input[type=checkbox], [role=switch], [role=checkbox]')"
        self.page.keyboard.press(key or ("Space" if what.evaluate(boxes) else "Enter"))
        return None

    def write(self, where: Locator, text: str) -> None:
        self.reach(where)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def give(self, button: Locator, *files: Path) -> None:
        with self.page.expect_file_chooser() as chosen:
            self.press(button)
        chosen.value.set_files(files)

    def pick(self, where: Locator, option: str) -> None:
        self.reach(where)
        if where.get_attribute("aria-expanded") != "true":  # some lists open on focus
            self.page.keyboard.press("Enter")
        options = self.page.get_by_role("listbox").get_by_role("option")
        expect(options.first).to_be_visible()
        # A list goes to its current option in a timer after it opens, which would undo keys that came before.
        self.page.evaluate("new Promise((done) => setTimeout(done, 50))")
        wanted = self.page.get_by_role("listbox").get_by_role("option", name=option)
        for _ in range(options.count() + 1):
            if wanted.get_attribute("data-combobox-selected") == "true":
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")

    def check_honesty(self) -> None:
        assert self.page.evaluate("window.pointed") == 0, "this flow was to do without pointing"

    def _is_at(self, what: Locator) -> bool:
        return what.evaluate("(one) => one === document.activeElement")

    def _is_choice(self, what: Locator) -> bool:
        return what.evaluate("(one) => one.matches('input[type=radio], [role=radio], [role=menuitem], [role=tab]')")

    def _arrow_to(self, what: Locator) -> None:
        """Tab reaches only one member of a group; arrow keys move on from there."""
        group = what.locator("xpath=ancestor::*[@role='radiogroup' or @role='menu' or @role='tablist'][1]")
        for _ in range(_MOST_TABS):
            if group.evaluate("(one) => one.contains(document.activeElement)"):
                break
            self.page.keyboard.press("Tab")
        back = group.evaluate("(one) => one.getAttribute('aria-orientation')") != "vertical"
        key = "ArrowRight" if back and group.get_attribute("role") != "menu" else "ArrowDown"
        for _ in range(50):
            if self._is_at(what):
                break
            self.page.keyboard.press(key)
        else:
            raise AssertionError(f"arrows do not come to {what}")
        if group.get_attribute("role") == "menu":
            self.page.keyboard.press("Enter")
        elif what.evaluate("(one) => one.matches('input[type=radio]') && !one.checked"):
            self.page.keyboard.press("Space")

    def _assert_seen(self, what: Locator) -> None:
        """The control shows its focus (``:focus-visible``)."""
        assert what.evaluate("(one) => one.matches(':focus-visible')"), f"the focus on {what} cannot be seen"


Hand = Mouse | Keyboard
HANDS: Sequence[type[Hand]] = (Mouse, Keyboard)
