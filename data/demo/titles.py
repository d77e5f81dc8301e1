"""What a project is called, in three languages: 'Two-storey villa'."""

from __future__ import annotations

from .names import Name

_STOREYS_AR = {
    1: "طابق واحد", 2: "طابقين", 3: "ثلاثة طوابق", 4: "أربعة طوابق", 5: "خمسة طوابق",
    6: "ستة طوابق", 7: "سبعة طوابق", 8: "ثمانية طوابق", 9: "تسعة طوابق", 10: "عشرة طوابق",
}  # fmt: skip
_STOREYS_EN = (
    "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven",
    "Twelve", "Thirteen", "Fourteen",
)  # fmt: skip
_STOREYS_FR = (
    "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze",
)  # fmt: skip

_BUILDINGS: dict[str, Name] = {
    "OC": Name("بيت تقليدي بفناء", "courtyard house", "Maison à patio"),
    "SQ": Name("دكان ومسكن", "shop with dwelling", "Boutique avec logement"),
    "V": Name("فيلا", "villa", "Villa"),
    "RM": Name("عمارة سكنية", "apartment building", "Immeuble d'habitation"),
    "RH": Name("عمارة سكنية", "apartment building", "Immeuble d'habitation"),
    "MX": Name("مبنى مختلط الاستعمال", "mixed-use building", "Immeuble à usage mixte"),
    "CC": Name("مبنى تجاري ومكاتب", "shop and office building", "Commerces et bureaux"),
    "LI": Name("مشغل صناعي", "workshop", "Atelier"),
    "LG": Name("مستودع", "warehouse", "Entrepôt"),
    "PF": Name("مبنى خدمات عامة", "public building", "Bâtiment public"),
    "EH": Name("مبنى تعليمي", "teaching building", "Bâtiment d'enseignement"),
    "PO": Name("جناح في حديقة", "park pavilion", "Pavillon de parc"),
    "AG": Name("بيت مزرعة", "farmhouse", "Maison rurale"),
    "CT": Name("فندق شاطئي", "beach hotel", "Hôtel de plage"),
    "SD": Name("مجمع متعدد الاستعمال", "mixed development", "Ensemble à usage mixte"),
}


def storeys_in_words(storeys: int) -> Name:
    """'two storeys' as it stands in a title, with the Arabic counted noun in its right form."""
    arabic = _STOREYS_AR.get(storeys, f"{storeys} طابقاً")
    word = _STOREYS_EN[storeys - 1] if storeys <= len(_STOREYS_EN) else str(storeys)
    count = _STOREYS_FR[storeys - 1] if storeys <= len(_STOREYS_FR) else str(storeys)
    return Name(arabic, word, f"{count} niveau{'x' if storeys > 1 else ''}")


def title_of(kind: str, district: str, storeys: int | None) -> Name:
    """The title of an application of this kind in this district."""
    building = _BUILDINGS[district]
    one = f"{'an' if building.en[0] in 'aeiou' else 'a'} {building.en}"
    if kind == "demolition":
        return Name(f"هدم {building.ar}", f"Demolition of {one}", f"Démolition : {building.fr}")
    if kind == "change_of_use":
        return Name(
            f"تغيير استعمال {building.ar}",
            f"Change of use of {one}",
            f"Changement d'usage : {building.fr}",
        )
    if kind == "extension":
        return Name(f"توسعة {building.ar}", f"Extension of {one}", f"Extension : {building.fr}")
    if storeys is None:
        return Name(building.ar, building.en.capitalize(), building.fr)
    words = storeys_in_words(storeys)
    return Name(
        f"{building.ar} من {words.ar}",
        f"{words.en}-storey {building.en}",
        f"{building.fr} à {words.fr}",
    )
