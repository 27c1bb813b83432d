"""A real Chromium, and how to find things in a Flet page through its accessibility tree.

Flutter draws on a canvas; what a screen reader hears is what a test can find. So each journey
also proves that the screens can be used without seeing them.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WAIT_MS = 30_000
SEES = """([source, flags]) => {
  const wanted = new RegExp(source, flags);
  const clean = text => (text || '').replace(/[\\u00a0\\u202f]/g, ' ');
  return [...document.querySelectorAll('flt-semantics, flt-semantics input')].some(node =>
    wanted.test(clean(node.getAttribute('aria-label'))) || wanted.test(clean(node.textContent)));
}"""
ENABLED = """key => {
  const node = document.querySelector(`[flt-semantics-identifier="${key}"]`);
  return node && !node.matches('[aria-disabled="true"]')
    && !node.querySelector('[aria-disabled="true"]');
}"""

TYPES = "['INPUT', 'TEXTAREA'].includes(document.activeElement.tagName)"
TYPED = "text => document.activeElement.value === text"
COUNT_SIGNS = """() => {
  if (window.journeySigns === undefined)
    document.addEventListener('input', () => { window.journeySigns += 1; }, true);
  window.journeySigns = 0;
}"""
SIGNS = "window.journeySigns"
TYPED_TRIES_MAX = 4
PRESSES_MAX = 4


def chromium_path() -> str:
    """Where Chromium is; without it the journey is skipped, or fails where it must run."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    word = "No Chromium on this machine: apt-get install chromium, then run the tests again."
    if os.environ.get("COMPTOIR_BROWSER_REQUIRED"):
        pytest.fail(word)
    pytest.skip(word)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        try:
            yield browser
        finally:
            browser.close()


class Screen:
    """One browser page on a Flet application, as its user meets it."""

    def __init__(self, browser: Browser, url: str, width: int, height: int, shots: Path) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale="fr-FR"
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.shots = shots
        self.open(url)

    def open(self, url: str) -> None:
        """Load the page and wait until its accessibility tree is there."""
        self.page.goto(url, wait_until="domcontentloaded")
        self.page.wait_for_selector("flt-semantics-placeholder", state="attached")
        self.page.evaluate(
            "document.querySelector('flt-semantics-placeholder')"
            ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
        )
        self.page.wait_for_selector("flt-semantics", state="attached")

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """A button by what a screen reader says of it, or the start of that."""
        pattern = name if isinstance(name, re.Pattern) else re.compile(re.escape(name))
        return self.page.get_by_role("button", name=pattern)

    def press(self, name: str | re.Pattern[str]) -> None:
        """Click the first button of that name."""
        self.button(name).first.click()

    def key(self, key: str) -> Locator:
        """What the code calls `key`: it is the identifier in the accessibility tree too."""
        return self.page.locator(f'[flt-semantics-identifier="{key}"]').first

    def waits_for(self, key: str) -> Locator:
        """Wait until it is on the screen."""
        node = self.key(key)
        try:
            node.wait_for(state="attached")
        except PlaywrightTimeoutError:
            self.shot("not-there")
            raise AssertionError(f"{key} is not on the screen:\n{self.said()}") from None
        return node

    def has(self, key: str) -> bool:
        """Whether it is on the screen now."""
        return self.page.locator(f'[flt-semantics-identifier="{key}"]').count() > 0

    def gone(self, key: str) -> None:
        """Wait until it has left the screen."""
        self.key(key).wait_for(state="detached")

    def first_key(self, start: str) -> str:
        """The first identifier on the screen that begins with `start`."""
        node = self.page.locator(f'[flt-semantics-identifier^="{start}"]').first
        node.wait_for(state="attached")
        return str(node.get_attribute("flt-semantics-identifier"))

    def tap(self, key: str) -> None:
        """Press in the middle of it, with the mouse, as a finger would; raises when it is not on
        the screen."""
        node = self.waits_for(key)
        self.page.wait_for_function(ENABLED, arg=key)
        box = self._at_rest(node)
        assert box is not None, f"{key} has no place on the screen"
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        size = self.page.viewport_size
        assert size is not None
        assert 0 <= x < size["width"], f"{key} is beside the screen"
        assert 0 <= y < size["height"], f"{key} is below the screen"
        self.page.mouse.click(x, y)

    def choose(self, start: str, name: str) -> None:
        """Press the choice of that name, among those whose keys begin with `start`, until it is
        the chosen one: as a person does whose press met a list that was just being made anew."""
        choices = f'[flt-semantics-identifier^="{start}"]'
        choice = self.page.locator(choices).filter(has_text=name).first
        chosen = self.page.locator(f'{choices}[aria-current="true"]').filter(has_text=name)
        choice.wait_for(state="attached")
        for _ in range(PRESSES_MAX):
            self._at_rest(choice)
            if not chosen.count():
                choice.get_by_role("button").click()
            with suppress(PlaywrightTimeoutError):
                chosen.first.wait_for(state="attached", timeout=3_000)
                return
        raise AssertionError(f"{name} cannot be chosen:\n{self.said()}")

    def _at_rest(self, node: Locator) -> FloatRect | None:
        """Where it stands once it has stopped moving: a list above it may just be folding."""
        box = node.bounding_box()
        for _ in range(20):
            self.page.wait_for_timeout(150)
            before, box = box, node.bounding_box()
            if box == before:
                break
        return box

    def scan(self, text: str) -> None:
        """Type into the scan field as a scanner does, and Enter.

        A scanner looks at nothing: the last scan may still stand in the field, and be taken away
        while this one is typed or before its Enter. What counts is that the field was given every
        character; it is begun anew when the page was not ready for the first ones.
        """
        for _ in range(TYPED_TRIES_MAX):
            self.page.keyboard.press("F2")
            with suppress(PlaywrightTimeoutError):
                self._ready_to_type()
                self.page.evaluate(COUNT_SIGNS)
                self.page.keyboard.type(text)
                if self.page.evaluate(SIGNS) == len(text):
                    self.page.keyboard.press("Enter")
                    return
                self.page.keyboard.press("Control+A")
                self.page.keyboard.press("Delete")
        self._not_typed(text)

    def _types(
        self, focus: Callable[[], None], text: str, then: Callable[[], None] = lambda: None
    ) -> None:
        """Bring the focus to a field and type, again when the page was not ready for it.

        Flutter puts a real field under the one it draws once it has the focus: what is typed
        before that goes nowhere. `then` is done before the text is looked for in the field.
        """
        for _ in range(TYPED_TRIES_MAX):
            focus()
            with suppress(PlaywrightTimeoutError):
                self._ready_to_type()
                self.page.keyboard.press("Control+A")
                self.page.keyboard.type(text)
                then()
                self.page.wait_for_function(TYPED, arg=text, timeout=2_000)
                return
        self._not_typed(text)

    def _ready_to_type(self) -> None:
        self.page.wait_for_function(TYPES)
        self.page.wait_for_timeout(300)

    def _not_typed(self, text: str) -> None:
        self.shot("not-typed")
        raise AssertionError(f"{text!r} could not be typed on:\n{self.said()}")

    def _out_and_back(self) -> None:
        """Leave the field by the keyboard and come back: it then shows what Flutter has of it.

        When the accessibility tree is switched on while a field has the focus, what is typed in
        it never reaches Flutter; going out and back mends that.
        """
        self.page.keyboard.press("Tab")
        self.page.wait_for_timeout(150)
        self.page.keyboard.press("Shift+Tab")

    def field(self, label: str) -> Locator:
        """A text field by its label."""
        return self.page.get_by_role("textbox", name=re.compile(re.escape(label)))

    def fill(self, label: str, text: str, *, enter: bool = False) -> None:
        """Type as a person or a scanner would."""
        self._types(self.field(label).first.click, text, self._out_and_back)
        if enter:
            self.page.keyboard.press("Enter")

    def sees(self, text: str | re.Pattern[str], timeout_ms: int = WAIT_MS) -> None:
        """Wait until the text is on the screen, said or written."""
        pattern = text if isinstance(text, re.Pattern) else re.compile(re.escape(text))
        try:
            self.page.wait_for_function(
                SEES,
                arg=[pattern.pattern, "s"],
                timeout=timeout_ms,
            )
        except PlaywrightTimeoutError:
            self.shot("not-seen")
            raise AssertionError(f"{pattern.pattern!r} is not among:\n{self.said()}") from None

    def said(self) -> str:
        """All that a screen reader would read, for finding a value in it."""
        text: str = self.page.evaluate(
            """() => [...document.querySelectorAll('flt-semantics')]
              .map(node => [node.getAttribute('aria-label') || '',
                [...node.childNodes].filter(n => n.nodeType === 3 || n.tagName === 'SPAN')
                  .map(n => n.textContent).join(' ')].join(' ')).join('\\n')"""
        )
        return text.replace("\u00a0", " ").replace("\u202f", " ")

    def shot(self, name: str) -> None:
        """Keep a picture."""
        self.shots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(self.shots / f"{name}.png"))
