"""Scans are put together and queued: no character, no scan and no order of them is lost."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scans import ScanQueue, ScanStream

EANS = ("4006381333931", "2000000000015", "71", "4")


class Browser:
    """A text field far away: what it reports and what we send it take their time.

    `press` types a character, or Enter, `over` all that stands in the field if that is wanted;
    `hears` delivers its oldest report to the stream; `fills` delivers our oldest filling to it,
    which is answered at once and done with the next `frame`, unless a character comes before that.
    """

    def __init__(self, stream: ScanStream, *, lines: bool) -> None:
        self.stream, self.text, self.lines = stream, "", lines
        self.up: deque[tuple[str, str]] = deque()
        self.down: deque[str] = deque()
        self.filling: str | None = None
        self.scans: list[str] = []

    def press(self, sign: str, *, over: bool = False) -> None:
        if sign == "\n" and not self.lines:
            self.up.append(("submit", ""))
        else:
            self.filling = None
            self.text = sign if over else self.text + sign
            self.up.append(("change", self.text))

    def hears(self) -> None:
        if not self.up:
            return
        kind, value = self.up.popleft()
        if kind == "change":
            self.scans += self.stream.report(value)
        elif kind == "filled":
            self.stream.end_fill()
        elif text := self.stream.submit():
            self.scans.append(text)
        self.asks()

    def asks(self) -> None:
        if self.stream.begin_fill():
            self.down.append(self.stream.filling)

    def fills(self) -> None:
        if self.down:
            self.filling = self.down.popleft()
            self.up.append(("filled", ""))

    def frame(self) -> None:
        if self.filling is not None:
            self.text, self.filling = self.filling, None

    def finish(self) -> None:
        while self.up or self.down:
            self.hears()
            self.fills()
            self.frame()
        self.frame()


# Many turns: lists of hypothesis have five elements on the average, unless told otherwise.
TURNS = st.lists(
    st.sampled_from(["press", "press", "hears", "hears", "fills", "frame"]),
    min_size=40,
    max_size=120,
)


@given(
    codes=st.lists(st.sampled_from(EANS), min_size=1, max_size=4),
    turns=TURNS,
    lines=st.booleans(),
)
def test_every_scan_arrives_whole_and_in_order_whenever_the_field_is_cleared(
    codes: list[str], turns: list[str], lines: bool
) -> None:
    """`lines`: Enter is a new line in the field, or an event of its own."""
    browser = Browser(ScanStream(), lines=lines)
    signs = deque("".join(code + "\n" for code in codes))
    for turn in turns:
        if turn == "press":
            if signs:
                browser.press(signs.popleft())
        else:
            getattr(browser, turn)()
    while signs:
        browser.press(signs.popleft())
    browser.finish()
    assert browser.scans == codes
    assert browser.text == ""
    assert browser.stream.typed == ""


@given(
    codes=st.lists(st.tuples(st.sampled_from(EANS), st.booleans()), min_size=1, max_size=4),
    turns=TURNS,
)
def test_what_is_typed_over_the_last_scan_arrives_whenever_the_field_is_cleared(
    codes: list[tuple[str, bool]], turns: list[str]
) -> None:
    """A person selects all that stands in the field, and types the next code over it."""
    browser = Browser(ScanStream(), lines=True)
    signs = deque(
        (sign, over and place == 0)
        for code, over in codes
        for place, sign in enumerate(code + "\n")
    )
    for turn in [*turns, *["press"] * len(signs)]:
        if turn != "press":
            getattr(browser, turn)()
        elif signs:
            sign, over = signs.popleft()
            browser.press(sign, over=over)
    browser.finish()
    assert browser.scans == [code for code, _ in codes]
    assert browser.text == ""


@given(
    codes=st.lists(st.sampled_from(EANS[:2]), min_size=1, max_size=3),
    turns=st.lists(
        st.sampled_from(["press", "press", "hears", "hears", "fills", "frame", "show"]),
        min_size=40,
        max_size=120,
    ),
)
def test_every_scan_arrives_whenever_the_words_of_a_search_are_put_into_the_field(
    codes: list[str], turns: list[str]
) -> None:
    browser = Browser(ScanStream(), lines=True)
    signs = deque("".join(code + "\n" for code in codes))
    for turn in [*turns, *["press"] * len(signs)]:
        if turn == "show":
            if not browser.stream.words:
                browser.stream.show("heart")
                browser.asks()
        elif turn != "press":
            getattr(browser, turn)()
        elif signs:
            browser.press(signs.popleft())
    browser.finish()
    assert browser.scans == codes
    assert browser.text == browser.stream.words


def typed(stream: ScanStream, text: str, before: str = "") -> None:
    for end in range(1, len(text) + 1):
        assert stream.report(before + text[:end]) == []


def test_what_is_typed_behind_a_scan_that_is_still_shown_is_the_next_one() -> None:
    stream = ScanStream()
    typed(stream, "4006381333931")
    assert stream.submit() == "4006381333931"
    typed(stream, "2000000000015", before="4006381333931")
    assert stream.submit() == "2000000000015"
    assert stream.submit() == ""  # Enter once more
    assert stream.begin_fill()
    assert not stream.begin_fill()  # one at a time


def test_the_field_is_not_emptied_while_characters_come() -> None:
    stream = ScanStream()
    typed(stream, "4006381333931")
    assert not stream.begin_fill()
    stream.submit()
    typed(stream, "20", before="4006381333931")
    assert not stream.begin_fill()
    assert stream.typed == "20"


def test_words_of_a_search_stay_and_a_scan_behind_them_is_a_scan() -> None:
    stream = ScanStream()
    typed(stream, "heart")
    assert (stream.words, stream.submit()) == ("heart", "heart")
    stream.keep("heart")
    assert not stream.begin_fill()
    typed(stream, " red", before="heart")
    assert (stream.words, stream.submit()) == ("heart red", "heart red")
    stream.keep("heart red")
    typed(stream, "4006381333931", before="heart red")
    assert stream.submit() == "4006381333931"
    assert stream.begin_fill()


def test_words_whose_enter_began_a_new_line_stay_without_it() -> None:
    stream = ScanStream()
    assert stream.report("heart\n") == ["heart"]
    stream.keep("heart")
    assert (stream.begin_fill(), stream.filling, stream.words) == (True, "heart", "heart")
    stream.end_fill()
    assert stream.report("hearts") == []
    assert stream.words == "hearts"
    assert stream.report("hearts\n") == ["hearts"]
    stream.keep("hearts")
    assert stream.report("hearts\n4006381333931\n") == ["4006381333931"]
    assert (stream.begin_fill(), stream.filling) == (True, "")


def test_words_that_come_back_with_the_search_can_be_replaced() -> None:
    stream = ScanStream()
    stream.show("heart")
    assert stream.words == "heart"
    assert (stream.begin_fill(), stream.filling) == (True, "heart")
    stream.end_fill()
    assert stream.report("heart.") == []
    typed(stream, "lantern")  # all was selected, and typed over
    assert stream.submit() == "lantern"


def test_a_person_corrects_what_is_typed() -> None:
    stream = ScanStream()
    for value in ("h", "he", "hea", "he", "her"):
        assert stream.report(value) == []
    assert stream.submit() == "her"
    stream.keep("her")
    assert stream.report("he") == []
    assert stream.submit() == "he"


@pytest.mark.parametrize(
    ("value", "lines", "rest"),
    [
        ("4006381333931\n", ["4006381333931"], ""),
        ("A1\n\nB2\n2000", ["A1", "B2"], "2000"),
        (" \n", [], ""),
    ],
)
def test_an_enter_that_begins_a_new_line_ends_a_scan_too(
    value: str, lines: list[str], rest: str
) -> None:
    stream = ScanStream()
    assert stream.report(value) == lines
    assert stream.typed == rest


def test_what_is_dropped_is_not_given_out() -> None:
    stream = ScanStream()
    typed(stream, "hea")
    stream.drop()
    assert stream.submit() == ""
    assert stream.begin_fill()


def test_scans_are_handled_one_after_the_other_and_one_that_fails_does_not_stop_the_next() -> None:
    async def go() -> list[str]:
        queue, log = ScanQueue(), []

        async def handle(text: str) -> None:
            log.append(f"{text} begins")
            for _ in range(3):
                await asyncio.sleep(0)
            if text == "b":
                raise ValueError(text)
            log.append(f"{text} ends")

        queue.handler = handle
        await asyncio.gather(*(queue.put(text) for text in "abc"))
        await queue.put("d")
        return log

    assert asyncio.run(go()) == [
        "a begins", "a ends", "b begins", "c begins", "c ends", "d begins", "d ends",
    ]  # fmt: skip


def test_a_scan_that_comes_before_its_field_waits_for_it() -> None:
    async def go() -> list[str]:
        queue, log = ScanQueue(), []
        await queue.put("a")

        async def handle(text: str) -> None:
            log.append(text)

        queue.handler = handle
        await queue.put("b")
        return log

    assert asyncio.run(go()) == ["a", "b"]
