"""A real Chromium, and how to find things in a Flet page through its accessibility tree.

Flutter draws on a canvas; what a screen reader hears is what a test can find. So each journey
also proves that the screens can be used without seeing them.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

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

    def field(self, label: str) -> Locator:
        """A text field by its label."""
        return self.page.get_by_role("textbox", name=re.compile(re.escape(label)))

    def fill(self, label: str, text: str, *, enter: bool = False) -> None:
        """Type as a person or a scanner would."""
        field = self.field(label).first
        field.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        if enter:
            self.page.keyboard.press("Enter")

    def sees(self, text: str | re.Pattern[str], timeout_ms: int = WAIT_MS) -> None:
        """Wait until the text is on the screen, said or written."""
        pattern = text if isinstance(text, re.Pattern) else re.compile(re.escape(text))
        self.page.wait_for_function(
            """([source, flags]) => {
              const wanted = new RegExp(source, flags);
              const clean = text => text.replace(/[\\u00a0\\u202f]/g, ' ');
              for (const node of document.querySelectorAll('flt-semantics, flt-semantics input')) {
                const label = node.getAttribute('aria-label') || '';
                if (wanted.test(clean(label)) || wanted.test(clean(node.textContent || '')))
                  return true;
              }
              return false;
            }""",
            arg=[pattern.pattern, "s"],
            timeout=timeout_ms,
        )

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
