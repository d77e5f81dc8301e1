"""Tiles in memory: let go by what is told, shared by who waits, and never kept when in doubt."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tiles.grid import Tile
from tiles.keeping import Address, Answer, Change, TileMemory, read_change
from tiles.kept import EXTENT, INDEXED

HERE = Address(("parcels", "zones"), Tile(15, 100, 200), "2026-03-01")
SIDE = EXTENT * 2.0 ** (INDEXED - 15)
MIDDLE = (100.5 * SIDE, (2**15 - 200.5) * SIDE)


class Told:
    """Stands for the connection on which changes are read."""

    def __init__(self) -> None:
        self.waiting: list[Change] | None = []
        self.is_reading = True

    def read(self) -> list[Change] | None:
        told, self.waiting = self.waiting, [] if self.is_reading else None
        return told


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def memory(told: Told) -> TileMemory:
    return TileMemory(told, most_bytes=10_000)  # type: ignore[arg-type]


class Maker:
    """Counts how often a tile is made."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.times = 0
        self.meanwhile = meanwhile

    def __call__(self) -> Answer:
        self.times += 1
        self.meanwhile()
        return Answer(b"x" * 100, f'"{self.times}"')


def at(x: float, y: float, size: float = 1) -> tuple[float, float, float, float]:
    return (x, y, x + size, y + size)


def test_a_tile_is_made_once(memory: TileMemory) -> None:
    make = Maker()
    assert memory.get(HERE, make) == memory.get(HERE, make)
    assert make.times == 1


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (Change("parcels", at(*MIDDLE)), True),
        (Change("parcels", None), True),
        (Change("buildings", at(*MIDDLE)), False),
        (Change("parcels", at(MIDDLE[0] + 3 * SIDE, MIDDLE[1])), False),
        (Change("parcels", at(MIDDLE[0], MIDDLE[1] - 3 * SIDE)), False),
        (Change("zones", at(MIDDLE[0] - 9 * SIDE, MIDDLE[1] - 9 * SIDE, 20 * SIDE)), True),
        # What lies beside the tile is drawn in it as far as its margin reaches.
        (Change("parcels", at(MIDDLE[0] + 0.51 * SIDE, MIDDLE[1])), True),
    ],
)
def test_only_what_a_change_touches_is_made_again(
    memory: TileMemory, told: Told, change: Change, again: bool
) -> None:
    make = Maker()
    memory.get(HERE, make)
    told.waiting = [change]
    memory.get(HERE, make)
    assert make.times == (2 if again else 1)


def test_more_changes_than_can_be_looked_at_let_their_layers_go(
    memory: TileMemory, told: Told
) -> None:
    make = Maker()
    memory.get(HERE, make)
    told.waiting = [Change("parcels", at(0, 0))] * 1_000
    memory.get(HERE, make)
    assert make.times == 2


def test_a_tile_whose_ground_changes_while_it_is_made_is_not_kept(
    memory: TileMemory, told: Told
) -> None:
    def meanwhile() -> None:
        told.waiting = [Change("zones", at(*MIDDLE))]

    make = Maker(meanwhile)
    memory.get(HERE, make)
    make.meanwhile = lambda: None
    memory.get(HERE, make)
    memory.get(HERE, make)
    assert make.times == 2


def test_where_changes_can_not_be_read_nothing_is_kept(memory: TileMemory, told: Told) -> None:
    make = Maker()
    memory.get(HERE, make)
    told.is_reading, told.waiting = False, None
    memory.get(HERE, make)
    memory.get(HERE, make)
    assert make.times == 3
    told.is_reading, told.waiting = True, None
    memory.get(HERE, make)
    memory.get(HERE, make)
    assert make.times == 4


def test_those_who_wait_share_what_one_makes(memory: TileMemory) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        begun.set()
        assert go_on.wait(10)

    make = Maker(slowly)
    found: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: found.append(memory.get(HERE, make))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert make.times == 1
    assert len(found) == 6


def test_who_asks_after_a_change_does_not_wait_for_what_was_begun_before(
    memory: TileMemory, told: Told
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        begun.set()
        assert go_on.wait(10)

    first = Maker(slowly)
    early: list[Answer] = []
    thread = threading.Thread(target=lambda: early.append(memory.get(HERE, first)))
    thread.start()
    assert begun.wait(10)
    told.waiting = [Change("parcels", None)]
    second = Maker()
    memory.get(HERE, second)
    assert second.times == 1
    go_on.set()
    thread.join(10)
    memory.get(HERE, second)
    assert second.times == 1


def test_a_failure_is_nobodys_tile(memory: TileMemory) -> None:
    def fail() -> Answer:
        raise RuntimeError("no database")

    with pytest.raises(RuntimeError):
        memory.get(HERE, fail)
    make = Maker()
    memory.get(HERE, make)
    assert make.times == 1


def test_memory_is_bounded_and_the_longest_unasked_goes_first(memory: TileMemory) -> None:
    make = Maker()
    addresses = [HERE._replace(tile=Tile(15, x, 200)) for x in range(100)]
    for address in addresses:
        memory.get(address, make)
        memory.get(addresses[0], make)
    memory.get(addresses[0], make)
    assert make.times == 100
    memory.get(addresses[1], make)
    assert make.times == 101


def test_what_the_database_tells_is_read() -> None:
    assert read_change("parcels 1 2 3.5 4") == Change("parcels", (1, 2, 3.5, 4))
    assert read_change("zones") == Change("zones", None)
