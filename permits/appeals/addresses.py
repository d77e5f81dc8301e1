"""Finding the parcel an application names by its address.

A geocoded point lies somewhere near the door, often nearer to the neighbour or across a zone
boundary; the address names the parcel itself. So the address is asked first.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

# Spellings of one street type. Streets of the roll are abbreviated, people write them out.
_STREET_TYPES = {
    "STREET": "ST",
    "AVENUE": "AVE",
    "AV": "AVE",
    "ROAD": "RD",
    "PLACE": "PL",
    "SQUARE": "SQ",
    "DRIVE": "DR",
    "TERRACE": "TERR",
    "TER": "TERR",
    "COURT": "CT",
    "LANE": "LN",
    "PARK": "PK",
    "PARKWAY": "PKWY",
    "CIRCLE": "CIR",
    "BOULEVARD": "BLVD",
    "HIGHWAY": "HWY",
}
_ADDRESS = re.compile(r"(\d+)[A-Z]?(?:\s*[-&/ ]\s*(\d+)[A-Z]?)?\s+(\D.*)")
_UNIT = re.compile(r"\s+(?:UNIT|APT|SUITE|#).*")


@dataclass(frozen=True)
class Address:
    """House numbers `first`..`last` of one side of a street."""

    first: int
    last: int
    street: str

    @property
    def odd(self) -> bool:
        return self.first % 2 == 1

    def shares_a_number_with(self, other: "Address") -> bool:
        """Same street, same side, and ranges that meet."""
        return (
            self.street == other.street
            and self.odd == other.odd
            and self.first <= other.last
            and other.first <= self.last
        )


def parse_address(text: str) -> Address | None:
    """`82-84 Alpine Street` as numbers and street; None where there is no house number."""
    match = _ADDRESS.fullmatch(re.sub(r"[.,]", "", text.upper()).strip())
    if not match:
        return None
    words = _UNIT.sub("", match[3]).split()
    street = " ".join(_STREET_TYPES.get(word, word) for word in words)
    numbers = sorted((int(match[1]), int(match[2] or match[1])))
    return Address(numbers[0], numbers[1], street)


class AddressBook:
    """Parcels by address. `find` gives every parcel that shares a house number."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """`entries` are (parcel key, address as written)."""
        self._by_street: dict[str, list[tuple[Address, str]]] = defaultdict(list)
        for key, text in entries:
            address = parse_address(text)
            if address:
                self._by_street[address.street].append((address, key))

    def find(self, text: str) -> tuple[str, ...]:
        """Keys of the parcels at an address, in the book's order; empty where none is known."""
        wanted = parse_address(text)
        if wanted is None:
            return ()
        known = self._by_street.get(wanted.street, ())
        return tuple(key for address, key in known if address.shares_a_number_with(wanted))
