"""Names in Arabic, English and French: the town, its quarters, streets and public places.

All are common nouns, plants, virtues, directions or scholars of the past; nobody living is named.
"""

from __future__ import annotations

from typing import NamedTuple


class Name(NamedTuple):
    ar: str
    en: str
    fr: str


TOWN = Name("مدينة الريحان", "Madinat ar-Rayhan", "Madinat ar-Rayhan")

# Arabic; Latin for English; Latin for French.
_QUARTERS = """
النخيل|An-Nakhil|An-Nakhil
الياسمين|Al-Yasmin|Al-Yasmine
الواحة|Al-Waha|Al-Waha
السلام|As-Salam|As-Salam
الربوة|Ar-Rabwa|Ar-Rabwa
المرجان|Al-Murjan|Al-Morjane
الفيروز|Al-Fayruz|Al-Fayrouz
البستان|Al-Bustan|Al-Boustane
الغدير|Al-Ghadir|Al-Ghadir
الروضة|Ar-Rawda|Ar-Rawda
الزهور|Az-Zuhur|Az-Zouhour
المنارة|Al-Manara|Al-Manara
الصفا|As-Safa|As-Safa
الندى|An-Nada|An-Nada
الشروق|Ash-Shuruq|Ach-Chourouk
الأندلس|Al-Andalus|Al-Andalous
الكوثر|Al-Kawthar|Al-Kawthar
السدرة|As-Sidra|As-Sidra
الخزامى|Al-Khuzama|Al-Khouzama
النرجس|An-Narjis|An-Narjis
الرمال|Ar-Rimal|Ar-Rimal
البحيرة|Al-Buhayra|Al-Bouhayra
المروج|Al-Muruj|Al-Mourouj
الفردوس|Al-Firdaws|Al-Firdaws
العقيق|Al-Aqiq|Al-Aqiq
الهضبة|Al-Hadaba|Al-Hadaba
الشاطئ|Ash-Shati|Ach-Chati
الميناء|Al-Mina|Al-Mina
الوادي|Al-Wadi|Al-Wadi
الجوهرة|Al-Jawhara|Al-Jawhara
اللؤلؤ|Al-Lulu|Al-Loulou
النسيم|An-Nasim|An-Nassim
الرياض|Ar-Riyad|Ar-Riyad
الأمل|Al-Amal|Al-Amal
الوفاء|Al-Wafa|Al-Wafa
السنابل|As-Sanabil|As-Sanabil
التلال|At-Tilal|At-Tilal
المزارع|Al-Mazari|Al-Mazari
الساحل|As-Sahil|As-Sahil
الضياء|Ad-Diya|Ad-Diya
"""

_STREETS = """
الرمان|Pomegranate|des Grenadiers
الزيتون|Olive|des Oliviers
التين|Fig|des Figuiers
اللوز|Almond|des Amandiers
الورد|Rose|des Roses
الفل|Jasmine Flower|du Foul
القرنفل|Carnation|des Œillets
الحناء|Henna|du Henné
الزعتر|Thyme|du Thym
النعناع|Mint|de la Menthe
المسك|Musk|du Musc
العنبر|Amber|de l'Ambre
اللبان|Frankincense|de l'Encens
الزعفران|Saffron|du Safran
البحارة|Mariners|des Marins
الصيادين|Fishermen|des Pêcheurs
الغواصين|Pearl Divers|des Plongeurs
القوافل|Caravans|des Caravanes
النحاسين|Coppersmiths|des Dinandiers
العطارين|Perfumers|des Parfumeurs
الوراقين|Papermakers|des Papetiers
النجارين|Carpenters|des Menuisiers
الحدادين|Blacksmiths|des Forgerons
الفخارين|Potters|des Potiers
النساجين|Weavers|des Tisserands
الصاغة|Goldsmiths|des Orfèvres
ابن سينا|Ibn Sina|Ibn Sina
ابن خلدون|Ibn Khaldun|Ibn Khaldoun
ابن بطوطة|Ibn Battuta|Ibn Battouta
ابن رشد|Ibn Rushd|Ibn Rochd
ابن الهيثم|Ibn al-Haytham|Ibn al-Haytham
البيروني|Al-Biruni|Al-Biruni
الخوارزمي|Al-Khwarizmi|Al-Khwarizmi
الإدريسي|Al-Idrisi|Al-Idrissi
الرازي|Al-Razi|Al-Razi
الفارابي|Al-Farabi|Al-Farabi
الكندي|Al-Kindi|Al-Kindi
جابر بن حيان|Jabir ibn Hayyan|Jabir ibn Hayyan
الجزري|Al-Jazari|Al-Jazari
ابن ماجد|Ibn Majid|Ibn Majid
القاهرة|Cairo|du Caire
دمشق|Damascus|de Damas
بغداد|Baghdad|de Bagdad
القدس|Jerusalem|de Jérusalem
قرطبة|Cordoba|de Cordoue
غرناطة|Granada|de Grenade
فاس|Fez|de Fès
القيروان|Kairouan|de Kairouan
تونس|Tunis|de Tunis
الجزائر|Algiers|d'Alger
الرباط|Rabat|de Rabat
مسقط|Muscat|de Mascate
صنعاء|Sanaa|de Sanaa
عمّان|Amman|d'Amman
بيروت|Beirut|de Beyrouth
سمرقند|Samarkand|de Samarcande
إسطنبول|Istanbul|d'Istanbul
زنجبار|Zanzibar|de Zanzibar
العلم|Knowledge|du Savoir
الحكمة|Wisdom|de la Sagesse
العدل|Justice|de la Justice
الإخاء|Brotherhood|de la Fraternité
التعاون|Cooperation|de la Coopération
الأمانة|Trust|de la Confiance
الكرم|Generosity|de la Générosité
الصبر|Patience|de la Patience
النور|Light|de la Lumière
الهلال|Crescent|du Croissant
النجوم|Stars|des Étoiles
القمر|Moon|de la Lune
السحاب|Clouds|des Nuages
المطر|Rain|de la Pluie
الينابيع|Springs|des Sources
السواقي|Waterwheels|des Norias
الآبار|Wells|des Puits
القناطر|Arches|des Arcades
الطواحين|Mills|des Moulins
البيادر|Threshing Floors|des Aires
الصقور|Falcons|des Faucons
الغزلان|Gazelles|des Gazelles
الهدهد|Hoopoe|de la Huppe
الحمام|Doves|des Colombes
النوارس|Seagulls|des Mouettes
الخيل|Horses|des Chevaux
السدر|Sidr|du Jujubier
الطلح|Acacia|des Acacias
الأراك|Arak|de l'Arak
الأثل|Tamarisk|des Tamaris
"""

_PLACES = {
    "mosque": Name("جامع", "Mosque", "Mosquée"),
    "school": Name("مدرسة", "School", "École"),
    "clinic": Name("مركز صحي", "Health centre", "Centre de santé"),
    "park": Name("حديقة", "Park", "Jardin"),
}

LANDMARKS: dict[str, Name] = {
    "souq": Name("السوق القديم", "Old Souq", "Vieux souk"),
    "university": Name("جامعة الريحان", "Ar-Rayhan University", "Université ar-Rayhan"),
    "hospital": Name("مستشفى الواحة", "Al-Waha Hospital", "Hôpital al-Waha"),
    "municipality": Name("أمانة مدينة الريحان", "Town Hall", "Hôtel de ville"),
    "harbour": Name("ميناء الصيادين", "Fishermen's Harbour", "Port des pêcheurs"),
    "wadi_park": Name("متنزه الوادي", "Wadi Park", "Parc de l'oued"),
    "corniche": Name("الكورنيش", "The Corniche", "La corniche"),
    "bus_station": Name("محطة الحافلات المركزية", "Central Bus Station", "Gare routière centrale"),
    "palm_market": Name("سوق التمور", "Date Market", "Marché aux dattes"),
}

LARGE_STREETS: dict[str, Name] = {
    "corniche": Name("طريق الكورنيش", "Corniche Road", "Boulevard de la Corniche"),
    "wall": Name("شارع السور", "Old Wall Street", "Rue du Rempart"),
    "inner_ring": Name(
        "شارع الحزام الأخضر", "Green Belt Boulevard", "Boulevard de la Ceinture verte"
    ),
    "ring_road": Name("الطريق الدائري", "Ring Road", "Rocade"),
    "wadi_bank": Name("شارع ضفة الوادي", "Wadi Bank Street", "Quai de l'Oued"),
    "souq_lane": Name("زقاق السوق الكبير", "Great Souq Lane", "Grande rue du Souk"),
}

AVENUES = [
    Name("طريق الجنوب", "South Road", "Route du Sud"),
    Name("جادة السنابل", "As-Sanabil Avenue", "Avenue as-Sanabil"),
    Name("طريق المطار", "Airport Road", "Route de l'Aéroport"),
    Name("جادة المشرق", "Al-Mashriq Avenue", "Avenue al-Machriq"),
    Name("جادة الجبل", "Al-Jabal Avenue", "Avenue al-Jabal"),
    Name("طريق الشمال", "North Road", "Route du Nord"),
]


def _table(text: str) -> list[Name]:
    return [Name(*line.split("|")) for line in text.strip().splitlines()]


QUARTERS = _table(_QUARTERS)
STREETS = _table(_STREETS)


def quarter_name(index: int) -> Name:
    """The name of the quarter; past the list the names come again with a number."""
    turn, place = divmod(index, len(QUARTERS))
    name = QUARTERS[place]
    if not turn:
        return name
    number = turn + 1
    return Name(f"{name.ar} {number}", f"{name.en} {number}", f"{name.fr} {number}")


def street_name(index: int, role: str) -> Name:
    """A named street of a quarter, or a numbered lane once the names are used up."""
    name = STREETS[index % len(STREETS)]
    if role in {"lane", "dead_end_alley"}:
        return Name(f"زقاق {name.ar}", f"{name.en} Lane", f"Ruelle {name.fr}")
    if role == "cul_de_sac":
        return Name(f"ممر {name.ar}", f"{name.en} Close", f"Impasse {name.fr}")
    return Name(f"شارع {name.ar}", f"{name.en} Street", f"Rue {name.fr}")


def numbered_street(number: int, quarter: Name, role: str) -> Name:
    """A street known by its number in a quarter, as most small streets are."""
    if role in {"cul_de_sac", "dead_end_alley"}:
        return Name(
            f"ممر {number} - حي {quarter.ar}",
            f"Close {number}, {quarter.en}",
            f"Impasse {number}, {quarter.fr}",
        )
    if role == "lane":
        return Name(
            f"زقاق {number} - حي {quarter.ar}",
            f"Lane {number}, {quarter.en}",
            f"Ruelle {number}, {quarter.fr}",
        )
    return Name(
        f"شارع {number} - حي {quarter.ar}",
        f"Street {number}, {quarter.en}",
        f"Rue {number}, {quarter.fr}",
    )


def place_name(category: str, quarter: Name) -> Name:
    """A facility named after its quarter, such as the mosque of An-Nakhil."""
    word = _PLACES[category]
    return Name(
        f"{word.ar} {quarter.ar}", f"{quarter.en} {word.en.lower()}", f"{word.fr} {quarter.fr}"
    )
