"""Turn a stock code, its descriptions and its prices into an article of the demo company.

Price and name come from the orders; category, VAT rate, weight and the guarantee mention are
derived from words of the name by the tables below, and are estimates.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from sync.domain.identifiers import gs1_check_digit
from tools.demo_data.names import readable_name
from tools.demo_data.source import SourceLine

# A fixed rate, near the average of the period of the orders (December 2010 to May 2011).
EUR_PER_GBP = 1.16
STANDARD_VAT_BP = 2000
REDUCED_VAT_BP = 550  # books and what one eats: CGI, article 278-0 bis
FALLBACK_CATEGORY = "Decoration"
WEIGHT_NOISE = 0.12  # +/- 12 % around the estimate, seeded by the SKU
WEIGHT_MAX_G = 12_000

# GS1 keeps the prefixes 020 to 029 of a GTIN-13 for numbers used inside one company.
INTERNAL_PREFIX = "20"


@dataclass(frozen=True, slots=True)
class BuiltArticle:
    """One row of articles.csv."""

    sku: str
    gtin: str
    name: str
    category: str
    price_minor: int
    vat_rate_bp: int
    weight_g: int
    guarantee: bool
    volume_cm3: int
    tags: str


# The first rule whose word is in the name decides.
_CATEGORY_RULES: tuple[tuple[str, str], ...] = (
    (
        "Christmas",
        r"christmas|advent|santa|reindeer|nativity|noel|yuletide|mistletoe|bauble|snowm[ae]n|"
        r"holly|jingle|sleigh|stocking|snowy",
    ),
    (
        "Toys",
        r"soft toy|toy cooking|jigsaw|boom box|wooden blocks|knitting kit|feltcraft (?:doll|boy|"
        r"girl|princess)|dog toy|mouse toy",
    ),
    ("Kitchen", r"mugs?$|mug (?:in|bone|pink|apples|blue|cat|dog|pears|flock|warmer)|tea mug"),
    ("Storage", r"kitchen cabinet|cabinet$"),
    ("Bathroom", r"hot water bottle|tissues$|tissue box|flannel"),
    (
        "Jewellery",
        r"necklace|bracelet|earrings?|brooch|bangle|pendant|hair (?:clip|grip|slides?|tie|comb|"
        r"band)|hairclips?|hairbands?|lariat|(?:bag|phone|bead) charms?|diamante ring|"
        r"expandable ring|flower ring|rosebud ring|silver ring|boudicca|gum ring|slide$|choker",
    ),
    (
        "Stationery",
        r"card(?!holder| holder| wallet)|notebook|note books?|journal|sketchbook|pocket book|"
        r"scrap book|address book|pen(?:cils?|s)?\b|eraser|rubbers?\b|sharpener|sticker|wrap\b|"
        r"gift tags?|gift tape|tape\b|envelope|writing set|stationery|calendar|ruler|calculator|"
        r"stamp|"
        r"ribbons?|chalk(?!board)|postcard|gift bag|gift boxes|exercise books|highlighter|"
        r"wrapping|notelets|book ?mark|tissue ream|crayons|passport cover|decopatch|party invites",
    ),
    (
        "Candles",
        r"candles?\b|t-lights?|tealight|incense|votive|candle ?(?:holder|stick|pot|plate)|"
        r"candlestick|candleholder|candelabra|oil burner|matches|scented|scent\b|chandelier",
    ),
    (
        "Lighting",
        r"lamp|lampshade|light(?!house| pink| blue| green| rose)|lights|lantern|lightbulb|torch|"
        r"disco ball|fairy lights|shade",
    ),
    (
        "Bags",
        r"bags?\b(?! \+)|handbag|purse|wallet|tote|shopper|backpack|luggage|umbrella|washbag|"
        r"hamper|rain (?:mac|poncho|hat)|scarf(?! hot)|ear muff|key (?:ring|fob)|keyring",
    ),
    (
        "Party",
        r"party|balloon|bunting|confetti|paper (?:cups?|plates?|chain|parasol|napkins)|"
        r"napkins?\b(?! ring| box| charm)|"
        r"doil(?:y|ies)|cake cases|fairy cases|petit four|straws|tiara|honeycomb|birthday|garland|"
        r"hen party|tattoos|leis|sombrero|grass skirt|pannetone|panettone|sandcastle|cake candles|"
        r"cup cake cases|mini cases|cocktail parasols",
    ),
    (
        "Garden",
        r"(?<!magic )(?<!cottage )garden|watering can|planter|plant pot|plant|flower pots?|"
        r"bird ?house|bird box|herb|seed|"
        r"gnome|windmill|secateurs|trowel|parasol|hammock|kneeling|potting|wheelbarrow|fly swat|"
        r"windsock|grow (?:your|a)|rake|artificial flower|art flower|wellington|spade|bucket|"
        r"beach spade|picnic|citronella|pottering",
    ),
    (
        "Toys",
        r"\btoys?\b|doll\b|dollcraft|teddy|jigsaw|puzzle|skittles|dominoes|ludo|bingo|game|"
        r"snakes?\b|playhouse|soft toy|puppet|marbles|helicopter|harmonica|skipping|drawing slate|"
        r"feltcraft|craft|spinning|glider|dinosaur|monkey doll|monster|magic sheep|magic tree|"
        r"paint set|modelling|blocks|knitting|sewing kit|stencil|farm animal|space (?:cadet|frog|"
        r"owl)|ninja|pony|colouring|canvas set|creepy|flying disc|geisha|money (?:box|bank)|"
        r"piggy|sunglasses|world war|iron on patches|patches|badges|baby|snap\b|catch cup|nancy|"
        r"hatching|bank\b|geisha|rocking horse|animals in bucket",
    ),
    (
        "Bathroom",
        r"bath|soap|sponge|towel(?!s? (?:classic|apple|ping|i love|pantry))|flannel|toilet|shower|"
        r"toothpaste|washroom|lip gloss|balm|plasters|first aid|wash bowl|tissues|tissue box|"
        r"hot water bottle|hottie|hand warmer|pocket warmer|compact mirror|cosmetics?|slipper|"
        r"ear muff|cotton wool",
    ),
    (
        "Kitchen",
        r"mugs?\b|cups?\b|plates?\b|bowl|tea ?pot|tea\b|teacup|teaspoons?|spoons?|cutlery|cake|"
        r"kitchen|baking|oven|apron|tray|jug|dish|glass(?:es)?$|wine|jam|biscuit|bread bin|cookie|"
        r"frying pan|milk|saucer|coasters?|placemats?|tumbler|egg|colander|squeezer|chopsticks|"
        r"fork|mould|cosy|beaker|goblet|aperitif|platter|washing up|rolling pin|pastry|corer|"
        r"bottle opener|tongs|strainer|sundae|popcorn|food|lunch box|snack box|salt|ladle|coffee|"
        r"champagne|chalice|breakfast|scales|recipe|napkin ring|charger|caddy|cloche|bell jar|"
        r"ice lolly|microwave|toast|sugar|fridge magnets?|magnets?\b|scissor|condiment|"
        r"pantry|dinner|flask|table ?cloth|table run|hopper",
    ),
    (
        "Storage",
        r"storage|box(?:es)?\b|tins?\b|basket|cabinet|drawer(?! knob)|chest|jar\b|jars\b|organiser|"
        r"rack|shelf|container|tidy|bin\b|crates?|cupboard|sideboard|hooks?\b|hanger|coat rack|"
        r"peg|trinket|shelving|stand\b|cubes|key fob|key ring|keyring",
    ),
    (
        "Textiles",
        r"cushion|doormat|throw\b|quilt|curtain|filler pad|pouffe|mat\b|chair|stool|"
        r"fabric(?! mirror)|ironing|doorstop|table$",
    ),
)
_CATEGORIES = tuple((name, re.compile(rf"\b(?:{words})", re.I)) for name, words in _CATEGORY_RULES)
CATEGORIES = (*dict.fromkeys(name for name, _ in _CATEGORY_RULES), FALLBACK_CATEGORY)

# A simplification, so that the demo has receipts with two rates; not advice on tax.
_REDUCED_VAT = re.compile(r"picture book|grow your own (?:basil|herbs)", re.I)
# Goods whose receipt names the legal guarantee of conformity (Code de la consommation,
# article D211-6): here toys, clocks, lighting, electrical goods, furniture, sunglasses.
_GUARANTEE = re.compile(
    r"\b(?:clock|watch|lamp|led\b|night ?light|light chain|lights\b|torch|disco ball|radio|"
    r"speaker|headphones|calculator|doorbell|scales|mug warmer|soft toy|toy\b|doll\b|teddy|"
    r"jigsaw|puzzle|dominoes|ludo|bingo|skittles|playhouse|helicopter|dinosaur set|puppet|"
    r"drawing slate|spinning tops|marbles|cabinet|chest of|chest 7|chest natural|cupboard|"
    r"sideboard|stool|pouffe|love seat|chair|desk|round table|tray table|sunglasses|"
    r"portable table light|bedside light|croquet|rounders)",
    re.I,
)
_NOT_GUARANTEED = re.compile(r"card|wrap|magnet|tissue|candle|t-light|shade|sticker|tidy", re.I)

# Grams of one piece; "n" marks goods whose number in the name multiplies the weight.
_WEIGHTS: tuple[tuple[str, int, str], ...] = (
    (r"sideboard|love seat|school desk", 11_000, ""),
    (r"bedside cabinet|chest of|chest 7|chest natural|hall cabinet|cupboard", 6_500, ""),
    (r"key cabinet|curio cabinet|cherry blossom cabinet", 1_100, ""),
    (r"cabinet|bar stool|\bstool\b|folding chair|pouffe|round table|steel table", 3_200, ""),
    (r"garden parasol|hammock|croquet|rounders", 1_900, ""),
    (r"doormat|\bmat\b|floor cushion|quilt|throw\b", 1_500, ""),
    (r"magnets?\b|badges?|stickers?|patches", 35, ""),
    (r"key (?:ring|fob)|keyring|phone charm|bag charm|luggage tag|passport cover|wallet", 40, ""),
    (r"necklace|bracelet|earrings?|brooch|bangle|\bring\b|hair|lariat|slide$", 30, ""),
    (r"cake cases|fairy cases|four cases|doil|confetti|straws|balloons?|napkins\b|tissues", 90, ""),
    (r"gift wrap|\bwrap\b|gift tags|gift tape|\btape\b|ribbons?|envelope", 70, ""),
    (r"postcard set|card kit|message cards|notelets", 220, ""),
    (r"greeting card|birthday card|^card\b|christmas card|\bcard\b(?! holder| game)", 22, ""),
    (r"pencils|crayons|chalk\b", 120, ""),
    (r"\bpens?\b|eraser|sharpener|rubber|ruler|pencil|lip gloss", 25, ""),
    (r"sketchbook|journal|photo album|address book|scrap book", 320, ""),
    (r"notebook|pocket book|note books|exercise books|calendar", 140, ""),
    (r"teapot|tea set|coffee set|breakfast set", 1_150, ""),
    (r"cake ?stand|bread bin|kitchen scales|bathroom scales|picnic (?:hamper|basket)", 1_700, ""),
    (r"t-lights$|t-light candles|tea lights", 20, "n"),
    (r"t-light|tealight|candle ?holder|votive holder", 230, ""),
    (r"dinner candles?", 70, "n"),
    (r"party candles|celebration candles|birthday candle", 60, ""),
    (r"candles?\b", 210, ""),
    (r"incense", 90, ""),
    (r"paper (?:cups|plates)|paper lantern|paper chain|paper parasol|bunting|garland", 130, ""),
    (r"cutlery", 420, ""),
    (r"spoons?|fork|cookie cutter|biscuit cutter|chopsticks|tongs|ladle|whisk", 45, "n"),
    (r"coasters?|napkin (?:rings?|charms?)", 55, "n"),
    (r"placemats?", 110, "n"),
    (r"mixing bowls?", 450, "n"),
    (r"mugs?\b|teacup|cup and saucer|cup & saucer", 360, ""),
    (r"\bcups?\b|beaker|tumbler|goblet|wine glass|tea glass|glass$", 240, "n"),
    (r"plates?\b|platter|\bdish|tray|charger", 480, ""),
    (r"bowls?\b|jug\b", 430, ""),
    (r"storage jar|glass .*jar|bell jar|cloche|bottle\b|vase|chalice", 650, ""),
    (r"hot water bottle|hottie", 390, ""),
    (r"frying pan|milk pan|colander|wash bowl|watering can|bucket", 620, ""),
    (r"cake tins?|biscuit tin|storage box|storage basket|crates?|round container", 700, ""),
    (r"tins?\b|box(?:es)?\b|basket", 300, ""),
    (r"jumbo|shopper|tote|shopping bag|lunch bag|picnic bag|charlotte bag|storage bag", 130, ""),
    (r"handbag|\bbag\b|backpack|washbag|apron|umbrella|poncho|rain", 260, ""),
    (r"purse", 70, ""),
    (r"cushion cover|tea towel|flannel|oven glove|oven mitt|gloves", 170, ""),
    (r"cushion|doorstop|filler pad", 520, ""),
    (r"wall clock|\bclock\b|alarm", 480, ""),
    (r"mirror|photo frame|picture frame|\bframe\b|memo board|chalkboard|blackboard", 620, ""),
    (r"metal sign|sign\b|plaque|number tile|wall thermometer", 280, ""),
    (r"coat rack|\brack\b|shelf|organiser|hanger", 750, ""),
    (r"hooks?\b|drawer ?knob|knob\b", 110, ""),
    (r"bird ?house|bird box", 320, ""),
    (r"wreath|artificial|art flower", 160, ""),
    (r"lamp|lampshade|lantern", 640, ""),
    (r"lights?\b", 260, ""),
    (r"tree 120cm", 2_600, ""),
    (r"tree 60cm|feather tree", 700, ""),
    (r"jigsaw|dominoes|skittles|building block|block letters|wood letters|game", 380, ""),
    (r"soft toy|teddy|doll\b|puppet", 210, ""),
    (r"feltcraft|craft|kit\b", 160, ""),
    (r"decoration|hanging|heart|star\b|bird|egg|chick|bunny|rabbit", 85, ""),
)
_WEIGHT_RULES = tuple((re.compile(words, re.I), grams, flag) for words, grams, flag in _WEIGHTS)
_WEIGHT_FALLBACK_G = 220
VOLUME_NOISE = 0.3
BULKY_CM3 = 15_000
# Kilograms per litre as packed, by category: china is dense, lampshades and wreaths are air.
_DENSITY_KG_PER_L = {
    "Bags": 0.12,
    "Bathroom": 0.3,
    "Candles": 0.45,
    "Christmas": 0.12,
    "Decoration": 0.15,
    "Garden": 0.15,
    "Jewellery": 0.3,
    "Kitchen": 0.35,
    "Lighting": 0.1,
    "Party": 0.15,
    "Stationery": 0.5,
    "Storage": 0.15,
    "Textiles": 0.15,
    "Toys": 0.12,
}
# Matches are dangerous goods in transport (UN 1944, 1945).
_BURNS = re.compile(r"\bmatches\b|\blighter\b|\bfuel\b", re.I)
_HOLDERS = re.compile(r"\bholders?\b", re.I)
_COUNT = re.compile(r"\b(?:set|pack|box|bag|tube) of ([0-9]+)\b|^([0-9]+)\s", re.I)
_SMALL = re.compile(r"\b(?:small|mini|miniature|tiny|childs?)\b", re.I)
_LARGE = re.compile(r"\b(?:large|jumbo|giant|big)\b", re.I)


def category_of(name: str) -> str:
    """The category whose rule first matches `name`; Decoration when none does."""
    for category, words in _CATEGORIES:
        if words.search(name):
            return category
    return FALLBACK_CATEGORY


def weight_estimate_g(sku: str, name: str) -> int:
    """Estimated weight in grams, in steps of 5: by words of `name`, with noise seeded by `sku`."""
    grams: float = _WEIGHT_FALLBACK_G
    per_piece = False
    for words, rule_grams, flag in _WEIGHT_RULES:
        if words.search(name):
            grams, per_piece = rule_grams, flag == "n"
            break
    count = _COUNT.search(name)
    if count is not None:
        pieces = int(count.group(1) or count.group(2))
        # Goods sold by the set weigh less a piece; a pack of napkins has its weight already.
        grams *= pieces**0.9 if per_piece else min(pieces, 6) ** 0.35
    if _SMALL.search(name):
        grams *= 0.65
    if _LARGE.search(name):
        grams *= 1.4
    noise = random.Random(f"weight:{sku}").uniform(1 - WEIGHT_NOISE, 1 + WEIGHT_NOISE)
    return min(WEIGHT_MAX_G, max(5, 5 * round(grams * noise / 5)))


def volume_estimate_cm3(sku: str, category: str, weight_g: int) -> int:
    """Estimated volume as packed, in steps of 10 cm³: a density by category, noise by `sku`."""
    noise = random.Random(f"volume:{sku}").uniform(1 - VOLUME_NOISE, 1 + VOLUME_NOISE)
    return max(10, 10 * round(weight_g / _DENSITY_KG_PER_L.get(category, 0.25) * noise / 10))


def tags_of(name: str, volume_cm3: int) -> str:
    """`hazmat` for what burns by itself, `bulky` for what fills a box; spaces between."""
    burns = _BURNS.search(name) is not None and _HOLDERS.search(name) is None
    return " ".join(
        [*(["bulky"] if volume_cm3 >= BULKY_CM3 else []), *(["hazmat"] if burns else [])]
    )


def _endings() -> Sequence[int]:
    below_one = [15, 25, 35, 45, 55, 65, 75, 85, 95]
    below_ten = [euro * 100 + cents for euro in range(1, 10) for cents in (25, 50, 95)]
    above = [euro * 100 + cents for euro in range(10, 30) for cents in (50, 95)]
    high = [euro * 100 + 95 for euro in range(30, 1000)]
    return below_one + below_ten + above + high


_RETAIL_PRICES = tuple(_endings())


def retail_price_minor(price_gbp: float) -> int:
    """The shop price in euro cents nearest to `price_gbp` at EUR_PER_GBP: 2.95, 12.50, 34.95."""
    cents = price_gbp * EUR_PER_GBP * 100
    return min(_RETAIL_PRICES, key=lambda price: (abs(price - cents), price))


def internal_gtin(sku: str) -> str:
    """A GTIN-13 for use inside one company: prefix, SKU digits, two digits a letter, check digit.

    One SKU has one number and no two share one, because the SKU can be read back from it.
    """
    letters = "".join(f"{ord(letter) - ord('A') + 1:02d}" for letter in sku[5:]).ljust(4, "0")
    body = f"{INTERNAL_PREFIX}0{sku[:5]}{letters}"
    return body + str(gs1_check_digit(body))


def build_articles(sales: Iterable[SourceLine]) -> list[BuiltArticle]:
    """One article for each code that was sold, by SKU; name and price are what is most usual."""
    descriptions: dict[str, Counter[str]] = defaultdict(Counter)
    prices: dict[str, list[float]] = defaultdict(list)
    for line in sales:
        descriptions[line.code][line.description] += 1
        prices[line.code].append(line.price_gbp)
    articles = []
    for sku in sorted(descriptions):
        counted = descriptions[sku]
        description = min(counted, key=lambda text: (-counted[text], text))  # ties: alphabetical
        name = readable_name(description)
        category, weight_g = category_of(name), weight_estimate_g(sku, name)
        volume_cm3 = volume_estimate_cm3(sku, category, weight_g)
        articles.append(
            BuiltArticle(
                sku=sku,
                gtin=internal_gtin(sku),
                name=name,
                category=category,
                price_minor=retail_price_minor(median(prices[sku])),
                vat_rate_bp=REDUCED_VAT_BP if _REDUCED_VAT.search(name) else STANDARD_VAT_BP,
                weight_g=weight_g,
                guarantee=bool(_GUARANTEE.search(name)) and not _NOT_GUARANTEED.search(name),
                volume_cm3=volume_cm3,
                tags=tags_of(name, volume_cm3),
            )
        )
    return _told_apart(articles)


def _told_apart(articles: list[BuiltArticle]) -> list[BuiltArticle]:
    """Number the articles that share a name, by SKU: a person at a till cannot see the SKU."""
    shared = Counter(article.name for article in articles)
    models: Counter[str] = Counter()
    named = []
    for article in articles:
        if shared[article.name] > 1:
            models[article.name] += 1
            named.append(replace(article, name=f"{article.name}, model {models[article.name]}"))
        else:
            named.append(article)
    return named
