"""A printer is asked for paper by the name that it knows, or not at all."""

from __future__ import annotations

import pytest

from printing.model.media import MEDIA, MediaKind
from printing.printers.ipp_media import name_for, size_mm

LABEL = "na_index-4x6_4x6in"


def test_every_paper_of_the_house_says_its_size_in_its_name() -> None:
    for media in MEDIA.values():
        size = size_mm(media.ipp_name)
        assert size is not None
        assert size[0] == pytest.approx(media.width_mm)
        if media.kind is not MediaKind.ROLL:
            assert size[1] == pytest.approx(media.height_mm)


@pytest.mark.parametrize(
    ("supported", "name"),
    [
        ((), LABEL),
        (("iso_a4_210x297mm", LABEL), LABEL),
        (("iso_a4_210x297mm",), None),
        (("oe_w288h432_4x6in",), "oe_w288h432_4x6in"),
        (("custom_101.6x152.4mm_101.6x152.4mm",), "custom_101.6x152.4mm_101.6x152.4mm"),
        (("custom_min_1x1in", "custom_max_4.1x40in"), LABEL),
        (("custom_min_1x1in", "custom_max_3.9x40in"), None),
        (("custom_min_1x1in",), None),
        (("om_large_102.5x152.4mm",), None),
        (("main", "roll"), None),
    ],
)
def test_the_printers_own_name_for_the_size_is_used(
    supported: tuple[str, ...], name: str | None
) -> None:
    assert name_for(LABEL, supported) == name


def test_a_name_without_a_size_is_taken_as_it_is_or_not_at_all() -> None:
    assert size_mm("labels") is None
    assert name_for("labels", ("labels",)) == "labels"
    assert name_for("labels", ("iso_a4_210x297mm",)) is None
