"""Whatever a street or an address says, the tables of kept names and their indexes take it."""

from __future__ import annotations

import random

import pytest
from django.db import connection

from parcels.models import HouseNumber, Parcel, StreetName, StreetSegment
from tests.town import Town, make_town

LONGEST_NAME = 200
MOST_BYTES_IN_A_KEY = 2704
"""What a B-tree of PostgreSQL takes, where the text can not be compressed."""
GROWING = "㎮"


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def test_a_street_in_the_widest_letters_fits_the_key_of_its_name(town: Town) -> None:
    in_bytes, as_stored = kept(share_of_growing=0)
    assert in_bytes == as_stored == 3 * LONGEST_NAME * 4 + 4 < MOST_BYTES_IN_A_KEY


@pytest.mark.parametrize("share", [0.51, 0.6, 0.8, 1])
def test_a_street_of_the_sign_that_grows_fits_because_it_repeats(town: Town, share: float) -> None:
    in_bytes, as_stored = kept(share_of_growing=share)
    assert as_stored < MOST_BYTES_IN_A_KEY < in_bytes


def test_no_other_character_takes_more_than_four_bytes_folded(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT chr(code), umran_fold(chr(code))
               FROM generate_series(1, x'1ffff'::int) AS code
               WHERE code NOT BETWEEN x'd800'::int AND x'dfff'::int
                   AND octet_length(umran_fold(chr(code))) > 4"""
        )
        assert cursor.fetchall() == [(GROWING, "rad/s")]
        cursor.execute(
            """SELECT bool_and(umran_fold(chunk) = chunk)
               FROM (SELECT string_agg(chr(code), '') AS chunk
                     FROM generate_series(x'20000'::int, x'10ffff'::int) AS code
                     GROUP BY code / 4096) AS beyond"""
        )
        assert cursor.fetchone() == (True,)


def test_a_house_number_may_grow_by_folding(town: Town) -> None:
    longest = Parcel._meta.get_field("address").max_length
    Parcel.objects.filter(pk=town.parcel.pk).update(address="1" + "©" * (longest - 1))
    house = HouseNumber.objects.get(parcel_id=town.parcel.pk)
    assert house.number == "1" + "(c)" * (longest - 1)


def kept(*, share_of_growing: float) -> tuple[int, int]:
    """How many bytes the longest names of a street have where they are kept, and how many stored.

    They are made of the sign that grows and of random characters of four bytes, which folding
    leaves as they are and no compression shortens.
    """
    chance = random.Random(7)  # noqa: S311  the same characters every time

    def name() -> str:
        wide = [chr(chance.randrange(0x20000, 0x110000)) for _ in range(LONGEST_NAME)]
        return "".join(GROWING if chance.random() < share_of_growing else one for one in wide)

    arabic, english, french = name(), name(), name()
    StreetName.objects.all().delete()
    StreetSegment.objects.update(name_ar=arabic, name_en=english, name_fr=french)
    with connection.cursor() as cursor:
        cursor.execute("SELECT octet_length(text), pg_column_size(text) FROM parcels_streetname")
        in_bytes, as_stored = cursor.fetchone()
    return in_bytes, as_stored
