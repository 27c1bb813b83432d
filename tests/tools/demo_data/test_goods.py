"""Articles of the demo have right numbers and plausible estimates."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.identifiers import Gtin
from tools.demo_data.goods import (
    CATEGORIES,
    EUR_PER_GBP,
    WEIGHT_MAX_G,
    build_articles,
    category_of,
    internal_gtin,
    retail_price_minor,
    weight_estimate_g,
)
from tools.demo_data.source import SourceLine

SKUS = st.from_regex(r"[0-9]{5}[A-Z]{0,2}", fullmatch=True).filter(str.isascii)


@given(SKUS)
def test_an_internal_number_is_a_valid_gtin_13(sku: str) -> None:
    gtin = Gtin(internal_gtin(sku))
    assert len(gtin.value) == 13
    assert gtin.value.startswith("20")


@given(SKUS, SKUS)
def test_two_skus_have_two_numbers(one: str, two: str) -> None:
    assert (internal_gtin(one) == internal_gtin(two)) == (one == two)


@pytest.mark.parametrize(
    ("pounds", "cents"),
    [(2.55, 295), (0.85, 95), (0.06, 15), (3.75, 425), (10.95, 1250), (12.75, 1495), (125, 14495)],
)
def test_a_price_has_a_retail_ending(pounds: float, cents: int) -> None:
    assert retail_price_minor(pounds) == cents


@given(st.floats(min_value=0.2, max_value=400))
def test_a_price_stays_near_the_real_one(pounds: float) -> None:
    exact = pounds * EUR_PER_GBP * 100
    assert abs(retail_price_minor(pounds) - exact) <= max(25, 0.1 * exact)


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("White hanging heart t-light holder", "Candles"),
        ("Red retrospot hot water bottle", "Bathroom"),
        ("Black bird garden design mug", "Kitchen"),
        ("Hook, 1 hanger, magic garden", "Storage"),
        ("Ruby drop chandelier earrings", "Jewellery"),
        ("Nurse's bag soft toy", "Toys"),
        ("Jumbo bag red retrospot", "Bags"),
        ("Christmas lights 10 reindeer", "Christmas"),
        ("Letter “A” bling key ring", "Bags"),
        ("Enamel watering can cream", "Garden"),
        ("Joy wooden block letters", "Decoration"),
    ],
)
def test_a_name_tells_the_category(name: str, category: str) -> None:
    assert category_of(name) == category
    assert category in CATEGORIES


def test_a_weight_is_the_same_each_time_and_grows_with_the_goods() -> None:
    assert weight_estimate_g("1", "Coffee mug") == weight_estimate_g("1", "Coffee mug")
    assert weight_estimate_g("1", "Small bowl") < weight_estimate_g("1", "Large bowl")
    assert weight_estimate_g("1", "Set of 4 dinner candles") < weight_estimate_g(
        "1", "Set of 12 dinner candles"
    )


@given(SKUS, st.text(max_size=60))
def test_any_name_has_a_weight_in_bounds(sku: str, name: str) -> None:
    weight = weight_estimate_g(sku, name)
    assert 5 <= weight <= WEIGHT_MAX_G
    assert weight % 5 == 0


def test_the_usual_name_and_the_middle_price_win() -> None:
    def sale(description: str, price: float, code: str = "85123A") -> SourceLine:
        return SourceLine("1", code, description, 1, datetime(2011, 1, 1), price, "")

    one, two = build_articles(
        [
            sale("CREAM HANGING HEART", 2.55),
            sale("WHITE HANGING HEART", 2.55),
            sale("WHITE HANGING HEART", 5.91),
            sale("WHITE HANGING HEART", 1.00, code="85123B"),
        ]
    )
    assert (one.name, one.price_minor) == ("White hanging heart, model 1", 295)
    assert (two.name, two.price_minor) == ("White hanging heart, model 2", 125)
