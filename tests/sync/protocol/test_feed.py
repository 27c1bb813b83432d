"""Pages survive the wire; damaged ones are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.errors import InvalidInput
from sync.protocol.feed import Change, Page, decode_page, encode_page

PAGE = Page(
    epoch="e1",
    bucket="network",
    cursor=2,
    high_water=9,
    more=True,
    changes=[
        Change(1, "stock", "S001|85123A", [4, 5, 1, 0, None]),
        Change(2, "stock", "S002|é", None),
    ],
)


def test_a_page_reads_back_whole() -> None:
    assert decode_page(encode_page(PAGE)) == PAGE


@given(st.integers(0, len(encode_page(PAGE)) - 1))
def test_a_cut_page_is_refused(length: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        decode_page(encode_page(PAGE)[:length])
    assert caught.value.code == "feed.damaged"


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(InvalidInput):
        decode_page(noise)
