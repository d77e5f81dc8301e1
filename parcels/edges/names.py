"""Street names as people write them in addresses, made comparable."""

import re
import unicodedata

# Words that name the sort of way. Left out of the comparison only where nothing else is lost:
# "Elm Street" and "Elm St" are one street, "Elm Street" and "Elm Court" are two.
_SHORT_FORMS = {
    "street": "st",
    "avenue": "ave",
    "av": "ave",
    "road": "rd",
    "drive": "dr",
    "lane": "ln",
    "court": "ct",
    "place": "pl",
    "square": "sq",
    "terrace": "ter",
    "boulevard": "blvd",
    "bd": "blvd",
    "parkway": "pkwy",
    "highway": "hwy",
    "circle": "cir",
    "r": "rue",
    "ش": "شارع",
}
_ARABIC_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": None})


def street_words(name: str) -> tuple[str, ...]:
    """The words of a street name or address, folded so that spellings agree.

    Case, accents, Arabic vowel signs and hamza carriers, punctuation and short forms of "street"
    make no difference. An empty name gives no words.
    """
    folded = unicodedata.normalize("NFKD", name.casefold())
    # Hamza and madda decompose into combining marks, so they go with the accents.
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    words = re.findall(r"\w+", folded.translate(_ARABIC_LETTERS))
    return tuple(_SHORT_FORMS.get(word, word) for word in words)


def address_names_street(address: tuple[str, ...], street: tuple[str, ...]) -> bool:
    """Whether the words of the street stand together in the address. Both from street_words."""
    if not street:
        return False
    size = len(street)
    return any(address[i : i + size] == street for i in range(len(address) - size + 1))
