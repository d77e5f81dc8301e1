"""Names for the streets of a generated city, in Arabic, English and French: as many words and as
often the same words as real cities have, so that searching in it takes the work it takes there.
"""

from __future__ import annotations

from itertools import product

_KINDS = (
    ("شارع", "Street", "Rue"),
    ("جادة", "Avenue", "Avenue"),
    ("طريق", "Road", "Route"),
    ("زقاق", "Lane", "Ruelle"),
)
_PROPER = (
    ("النيل", "Nile", "Nil"),
    ("النخيل", "Palm", "Palmiers"),
    ("الأرز", "Cedar", "Cèdres"),
    ("الزيتون", "Olive", "Oliviers"),
    ("الورود", "Rose", "Roses"),
    ("الياسمين", "Jasmine", "Jasmins"),
    ("السلام", "Peace", "Paix"),
    ("الوحدة", "Unity", "Unité"),
    ("الاستقلال", "Independence", "Indépendance"),
    ("الجامعة", "University", "Université"),
    ("المدرسة", "School", "École"),
    ("المطار", "Airport", "Aéroport"),
    ("الميناء", "Harbour", "Port"),
    ("السوق", "Market", "Marché"),
    ("القلعة", "Citadel", "Citadelle"),
    ("البحر", "Sea", "Mer"),
    ("الجبل", "Mountain", "Montagne"),
    ("الوادي", "Valley", "Vallée"),
    ("النهر", "River", "Rivière"),
    ("الشمس", "Sun", "Soleil"),
    ("القمر", "Moon", "Lune"),
    ("دمشق", "Damascus", "Damas"),
    ("بغداد", "Baghdad", "Bagdad"),
    ("القاهرة", "Cairo", "Caire"),
    ("قرطبة", "Cordoba", "Cordoue"),
    ("ابن سينا", "Ibn Sina", "Ibn Sina"),
    ("ابن خلدون", "Ibn Khaldun", "Ibn Khaldoun"),
    ("الخوارزمي", "Al-Khwarizmi", "Al-Khwarizmi"),
    ("المتنبي", "Al-Mutanabbi", "Al-Mutanabbi"),
    ("الفارابي", "Al-Farabi", "Al-Farabi"),
)
_SIDES = (
    ("", "", ""),
    ("الشرقي", "East", "Est"),
    ("الغربي", "West", "Ouest"),
    ("الشمالي", "North", "Nord"),
    ("الجنوبي", "South", "Sud"),
)
_EACH = list(product(_SIDES, _KINDS, _PROPER))


def street_name(number: int) -> dict[str, str]:
    """The name of a street by language; 600 names take turns."""
    side, kind, proper = _EACH[number % len(_EACH)]
    parts = {
        "ar": (kind[0], proper[0], side[0]),
        "en": (proper[1], kind[1], side[1]),
        "fr": (kind[2], proper[2], side[2]),
    }
    return {language: " ".join(filter(None, words)) for language, words in parts.items()}
