"""Which parcel an application means by its address."""

import pytest

from permits.appeals.addresses import AddressBook, parse_address

BOOK = AddressBook(
    [
        ("a", "24 CUSHING ST"),
        ("b", "82-84 ALPINE ST"),
        ("c", "86 ALPINE ST"),
        ("d", "83 ALPINE ST"),
        ("e", "ROAD"),
    ]
)


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        ("24 Cushing Street", ("a",)),
        ("82 84 ALPINE ST", ("b",)),
        ("84 Alpine St.", ("b",)),
        ("82-86 Alpine St, Unit 2", ("b", "c")),
        ("83 ALPINE ST", ("d",)),
        ("85 Alpine St", ()),
        ("24 Unknown Way", ()),
        ("Cushing St", ()),
    ],
)
def test_an_address_finds_the_parcels_that_share_a_number_on_its_side(address, keys):
    assert BOOK.find(address) == keys


def test_numbers_written_backwards_are_a_range_all_the_same():
    address = parse_address("84-82 Alpine St")
    assert address is not None
    assert (address.first, address.last) == (82, 84)
