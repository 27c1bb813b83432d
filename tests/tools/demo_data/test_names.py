"""Names read well, whatever the source's clerks have typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.demo_data.names import readable_name


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("WHITE HANGING HEART T-LIGHT HOLDER", "White hanging heart t-light holder"),
        ("HAND WARMER UNION JACK", "Hand warmer Union Jack"),
        ("  RED  WOOLLY HOTTIE WHITE HEART. ", "Red woolly hottie white heart"),
        ("SET/6 RED SPOTTY PAPER CUPS", "Set of 6 red spotty paper cups"),
        ("S/4 CACTI CANDLES", "Set of 4 cacti candles"),
        ("ROUND SNACK BOXES SET OF4 WOODLAND", "Round snack boxes set of 4 woodland"),
        ("SET 10 LIGHTS NIGHT OWL", "Set of 10 lights night owl"),
        ("FOLK ART GREETING CARD,pack/12", "Folk art greeting card, pack of 12"),
        ("PINK B'FLY C/COVER W BOBBLES", "Pink butterfly cushion cover with bobbles"),
        ("FLOWER PURPLE CLOCK W/SUCKER", "Flower purple clock with sucker"),
        ("ASSTD DESIGN 3D PAPER STICKERS", "Assorted design 3D paper stickers"),
        ("GOLD M.O.P ORBIT BRACELET", "Gold mother-of-pearl orbit bracelet"),
        (
            'FLOWER GLASS GARLD NECKL36"TURQUOIS',
            "Flower glass garland necklace 36 in turquoise",
        ),
        ('LETTER "A" BLING KEY RING', "Letter “A” bling key ring"),
        ('LETTER "W" BLING KEY RING', "Letter “W” bling key ring"),
        ('CHARLIE+LOLA"EXTREMELY BUSY" SIGN', "Charlie + Lola “extremely busy” sign"),
        ("DECORATION , WOBBLY CHICKEN, METAL", "Decoration, wobbly chicken, metal"),
        ("BLACK TEA,COFFEE,SUGAR JARS", "Black tea, coffee, sugar jars"),
        ("POLYESTER FILLER PAD 30CMx30CM", "Polyester filler pad 30 x 30 cm"),
        ("*USB Office Mirror Ball", "USB office mirror ball"),
        ("TOTE BAG I LOVE LONDON", "Tote bag I love London"),
        ("CHILDRENS APRON SPACEBOY DESIGN", "Children's apron Spaceboy design"),
        ("DOORMAT NEW ENGLAND", "Doormat New England"),
        ("NEW BAROQUE BLACK PHOTO ALBUM", "New baroque black photo album"),
        ("WINE BOTTLE DRESSING LT.BLUE", "Wine bottle dressing light blue"),
    ],
)
def test_a_description_becomes_a_name(description: str, name: str) -> None:
    assert readable_name(description) == name


@pytest.mark.parametrize("description", ["", "   ", ",", " . "])
def test_nothing_to_read_is_no_name(description: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        readable_name(description)


@given(st.from_regex(r"[A-Z][A-Z0-9 ,.+&/'\"-]{0,40}", fullmatch=True))
def test_any_description_gives_a_tidy_name_or_none(description: str) -> None:
    try:
        name = readable_name(description)
    except ValueError:
        return
    assert name == " ".join(name.split())
    assert name == name.strip(" ,")
    assert not name[0].islower()
