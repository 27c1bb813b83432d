"""Make names that read well out of the source's descriptions in capital letters.

`WHITE HANGING HEART T-LIGHT HOLDER` becomes `White hanging heart t-light holder`; abbreviations
are written out, common misspellings put right, proper nouns keep their capital.
"""

from __future__ import annotations

import re

# Applied in turn to the description in capitals.
_PHRASES: tuple[tuple[str, str], ...] = (
    (r"^[*]", ""),
    (r"[`´’]", "'"),
    (r"\bNECKL\.?\s*36\"\s*", "NECKLACE 36 IN "),
    (r"\b42\"\s*NECKL\.?", "42 IN NECKLACE"),
    (r"\b([0-9]+)\"(?=\s)", r"\1 IN"),
    (r"\"([^\"]+)\"", r" “\1” "),
    (r"\bA,B,C\b", "ABC"),
    (r"\bD\.O\.F\.?(?=\s)", "DOUBLE OLD FASHIONED"),
    (r"\bM\.O\.P\b|\bMOP\b|\bM PEARL\b", "MOTHER-OF-PEARL"),
    (r"\bM/COLOUR\b", "MULTICOLOUR"),
    (r"\bC/COVER\b", "CUSHION COVER"),
    (r"\bB'FLY\b", "BUTTERFLY"),
    (r"\bB'DRAW\b", "DRAWER"),
    (r"\bP'WEIGHT\b", "PAPERWEIGHT"),
    (r"\bBLK/WHIT\b", "BLACK/WHITE"),
    (r"\bW/KNIF & S$", "WITH KNIFE AND SPOON"),
    (r"\bW/\s*", "WITH "),
    (r"^(.+?),?\s*PACK/([0-9]+)$", r"\1, PACK OF \2"),
    (r"\b(?:SET|S)/?([0-9]+)\b", r"SET OF \1"),
    (r"\b(PACK|BOX)/([0-9]+)\b", r"\1 OF \2"),
    (r"\bSET OF([0-9]+)\b", r"SET OF \1"),
    (r"^(SET|PACK) ([0-9]+) ", r"\1 OF \2 "),
    (r"^SET OF OF ", "SET OF "),
    (r"\bLT[ .]\s*(?=BLUE|ROSE)", "LIGHT "),
    (r"\bASS(?:TD|T)? COL(?:OUR)?\b", "ASSORTED COLOUR"),
    (r"\bASS(?:TD|T)? DES(?:IGN)?\b", "ASSORTED DESIGN"),
    (r"\bTEA TIME DES\b", "TEA TIME DESIGN"),
    (r"\bBRACELET TO$", "BRACELET TOPAZ"),
    (r"\bBRACELET OL$", "BRACELET OLIVE"),
    (r"\bW STR$", "WITH STRAP"),
    (r"\bBLACK DIA(?:MON)?$", "BLACK DIAMOND"),
    (r"\bEAU DE NILE\b", "EAU DE NIL"),
    (r"\bPHOTOFRAME\b", "PHOTO FRAME"),
    (r"\bTOAST ITS - ", "TOAST ITS: "),
    (r" -PAPER ", " PAPER "),
    (r"\bWRAP, ", "WRAP "),
    (r"\b20LIGHT\b", "20 LIGHTS"),
    (r"\(POINTED EDGE\)", " POINTED EDGE"),
    (r"\bDECO\.WHITE\b", "DECORATION WHITE"),
    (r"\bINCENSE/CANDL?\b", "INCENSE/CANDLE"),
    (r"\bBACK/FRONT\b", "BACK AND FRONT"),
    (r"\b([0-9]+)(?:CM)?X([0-9]+)CM\b", r"\1 x \2 CM"),
    (r"\b(CHILDREN|CHILD|GARDENER|KING|QUEEN|DAD)S\b", r"\1'S"),
    (r"(?<=[A-Z])[.,!]*\s*$", ""),
    (r"(?<=[0-9A-Z])([+])(?=[0-9A-Z])", r" \1 "),
    (r"([+]) (?=[A-Z])|([+])(?=[A-Z])", "+ "),
    (r"(?<=[A-Z]) ?[+] ", " + "),
    (r"\s*,\s*", ", "),
    (r"\. ", " "),
    (r"\s*/\s*", "/"),
)

# Whole words: abbreviations, words run together, misspellings.
_WORDS = {
    "W": "WITH",
    "COL": "COLOUR",
    "DES": "DESIGN",
    "ASS": "ASSORTED",
    "ASST": "ASSORTED",
    "ASSTD": "ASSORTED",
    "ANT": "ANTIQUE",
    "TURQ": "TURQUOISE",
    "VINT": "VINTAGE",
    "MED": "MEDIUM",
    "CHOC": "CHOCOLATE",
    "RND": "ROUND",
    "RECT": "RECTANGULAR",
    "XMAS": "CHRISTMAS",
    "DEC": "DECORATION",
    "NECKL": "NECKLACE",
    "NECKLAC": "NECKLACE",
    "GARLD": "GARLAND",
    "HLDR": "HOLDER",
    "MULTICOL": "MULTICOLOUR",
    "PC": "PIECE",
    "NO": "NO.",
    "FLOWE": "FLOWER",
    "FLOWR": "FLOWER",
    "RASPBERR": "RASPBERRY",
    "BUTTERFL": "BUTTERFLY",
    "BUTTERFILES": "BUTTERFLIES",
    "MONTAN": "MONTANA",
    "TURQUOIS": "TURQUOISE",
    "FUSCHIA": "FUCHSIA",
    "TASSLE": "TASSEL",
    "SKIPPPING": "SKIPPING",
    "ARTIIFCIAL": "ARTIFICIAL",
    "PAISELY": "PAISLEY",
    "CINAMMON": "CINNAMON",
    "SILOUETTE": "SILHOUETTE",
    "LAQUERED": "LACQUERED",
    "CANNISTER": "CANISTER",
    "BRACLET": "BRACELET",
    "METALIC": "METALLIC",
    "ROCCOCO": "ROCOCO",
    "SANDLEWOOD": "SANDALWOOD",
    "BUDAH": "BUDDHA",
    "PANNETONE": "PANETTONE",
    "FRAPPUCINO": "FRAPPUCCINO",
    "TRAVELING": "TRAVELLING",
    "UTILTY": "UTILITY",
    "CANDYSTUFT": "CANDYTUFT",
    "DOILEY": "DOILY",
    "STRAWBRY": "STRAWBERRY",
    "STRAWBERY": "STRAWBERRY",
    "JEWELED": "JEWELLED",
    "FILIGRIS": "FILIGREE",
    "SCOTTY": "SCOTTIE",
    "PINKWHITE": "PINK/WHITE",
    "BLACKBLUE": "BLACK/BLUE",
    "SQUARECUSHION": "SQUARE CUSHION",
    "BAROQUECANDLESTICK": "BAROQUE CANDLESTICK",
    "CHOCOLATECANDLE": "CHOCOLATE CANDLE",
    "DRAWERKNOB": "DRAWER KNOB",
    "SMALLFOLKART": "SMALL FOLK ART",
    "FOLKART": "FOLK ART",
    "VIPPASSPORT": "VIP PASSPORT",
    "STOPMETAL": "STOP METAL",
    "SWIRLGLASS": "SWIRL GLASS",
    "KNICKERBOCKERGLORY": "KNICKERBOCKER GLORY",
    "FRUITBOWL": "FRUIT BOWL",
    "POPART": "POP ART",
    "MEMOBOARD": "MEMO BOARD",
    "CAKESTAND": "CAKE STAND",
    "TOASTRACK": "TOAST RACK",
    "COATHANGER": "COAT HANGER",
    "CANDLESTAND": "CANDLE STAND",
    "BOOKCOVER": "BOOK COVER",
    "DOORSIGN": "DOOR SIGN",
    "HAIRSLIDE": "HAIR SLIDE",
    "CANDLEPOT": "CANDLE POT",
    "SCANDISPOT": "SCANDI SPOT",
    "FLOWERPOWER": "FLOWER POWER",
    "LIVINGROOM": "LIVING ROOM",
    "WALLHANGING": "WALL HANGING",
    "POLKADOT": "POLKA DOT",
    "POLKADOTS": "POLKA DOTS",
    "CUTGLASS": "CUT GLASS",
}

_CAPITAL = """
    Christmas Easter Halloween Valentine Noel Santa Santas London Paris Parisienne French English
    Danish Swiss Scandinavian Moroccan Dutch Chinese Edwardian Victorian Georgian Regency Roman
    Hawaiian Mexican Russian Czech Union Jack George Tropez Monte Carlo Las Vegas Acapulco Montana
    Murano Medina Madras Kashmir Kashmiri Sanskrit Afghan Elvis Charlie Lola Charlotte Suki
    Spaceboy Boudicca Bertie Buddha Marie Antoinette Cinderella Gordon Purdey Emily Molly Rosie
    Olivia Maria Nicole Amelie Hilda Goldie Mr Mrs Russel Bill Coney Savoy Kensington Portobello
    Tokyo Provence Columbian Morris Susan Poppy's Fanny's Rex Sud Palmiera Tigris Corona Crusoe
    Lolita Hardman Namaste Goldilocks Jarvis Maxwell
"""
_AS_WRITTEN = {word.upper(): word for word in _CAPITAL.split()} | {
    "I": "I",
    "I'M": "I'm",
    "LED": "LED",
    "TV": "TV",
    "CD": "CD",
    "3D": "3D",
    "USB": "USB",
    "VIP": "VIP",
    "WC": "WC",
    "US": "US",
    "ABC": "ABC",
    "A4": "A4",
    "A5": "A5",
    "A6": "A6",
    "A7": "A7",
    "JEAN-PAUL": "Jean-Paul",
    "PROVENCAL": "Provençal",
    "15C": "15°C",
    "T-SHIRT": "T-shirt",
    "ST": "St",
}
# Only together: “New England” is a place, a new baroque frame is not.
_TOGETHER = (
    ("new england", "New England"),
    ("buffalo bill", "Buffalo Bill"),
    ("monte carlo", "Monte Carlo"),
    ("old doc", "old Doc"),
    ("la Palmiera", "La Palmiera"),
    ("world war 2", "World War 2"),
    ("coney island", "Coney Island"),
    ("treasure island", "Treasure Island"),
    ("cote d'azure", "Côte d'Azur"),
    ("ring Of", "ring of"),
)
_TOKEN = re.compile(r"“.”|[A-Za-z0-9'°-]+")
_COMPILED = tuple((re.compile(pattern), replacement) for pattern, replacement in _PHRASES)


def _word(match: re.Match[str]) -> str:
    word = match.group()
    if word.startswith("“") or (len(word) == 1 and word != "A"):
        return word
    return _AS_WRITTEN.get(word, word.lower())


def readable_name(description: str) -> str:
    """The name shown to people for a description of the source; raises ValueError when empty."""
    text = " ".join(description.upper().split())
    for pattern, replacement in _COMPILED:
        text = pattern.sub(replacement, text)
    text = _TOKEN.sub(lambda match: _WORDS.get(match.group(), match.group()), text)
    text = _TOKEN.sub(_word, text)
    for lower, written in _TOGETHER:
        text = re.sub(re.escape(lower), written, text, flags=re.IGNORECASE)
    text = " ".join(text.split()).strip(" ,")
    if not any(character.isalnum() for character in text):
        raise ValueError(f"no name in {description!r}")
    return text[0].upper() + text[1:]
