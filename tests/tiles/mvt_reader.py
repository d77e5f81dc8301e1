"""Reads vector tiles by the letter of the specification (MVT 2.1), for what other readers mend."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

Point = tuple[int, int]


@dataclass
class Feature:
    """A feature as it is written: its id, attributes and rings or lines in tile units, y down."""

    id: int
    kind: int
    attributes: dict[str, Any]
    paths: list[list[Point]] = field(default_factory=list)

    @property
    def shape(self) -> BaseGeometry:
        """The polygon or lines."""
        if self.kind != 3:
            return shapely.MultiLineString(self.paths)
        polygons: list[list[list[Point]]] = []
        for ring in self.paths:
            if signed_area(ring) > 0:
                polygons.append([ring])
            else:
                polygons[-1].append(ring)
        return shapely.MultiPolygon([(own[0], own[1:]) for own in polygons])


def signed_area(ring: list[Point]) -> float:
    """By the surveyor's formula: positive for exterior rings, says the specification."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(x * v - u * y for (x, y), (u, v) in pairs) / 2


def read(content: bytes) -> dict[str, list[Feature]]:
    """The layers of a tile; a name that comes twice breaks the specification."""
    found: dict[str, list[Feature]] = {}
    for number, layer in _fields(content):
        assert number == 3
        name, features = _layer(layer)
        assert name not in found
        found[name] = features
    return found


def _layer(content: bytes) -> tuple[str, list[Feature]]:
    fields = list(_fields(content))
    keys = [value.decode() for number, value in fields if number == 3]
    values = [_value(value) for number, value in fields if number == 4]
    version = next(value for number, value in fields if number == 15)
    extent = next(value for number, value in fields if number == 5)
    assert (version, extent) == (2, 4096)
    name = next(value for number, value in fields if number == 1).decode()
    return name, [_feature(value, keys, values) for number, value in fields if number == 2]


def _feature(content: bytes, keys: list[str], values: list[Any]) -> Feature:
    fields = dict(_fields(content))
    tags = _packed(fields.get(2, b""))
    attributes = {keys[tags[i]]: values[tags[i + 1]] for i in range(0, len(tags), 2)}
    feature = Feature(fields[1], fields[3], attributes)
    numbers = _packed(fields[4])
    at, x, y = 0, 0, 0
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        assert command in (1, 2, 7)
        if command == 7:
            continue
        for _ in range(count):
            x, y = x + _signed(numbers[at]), y + _signed(numbers[at + 1])
            at += 2
            if command == 1:
                feature.paths.append([])
            feature.paths[-1].append((x, y))
    return feature


def _value(content: bytes) -> Any:
    ((number, value),) = _fields(content)
    return value.decode() if number == 1 else value


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _packed(content: bytes) -> list[int]:
    found, at = [], 0
    while at < len(content):
        number, at = _varint(content, at)
        found.append(number)
    return found


def _varint(content: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = content[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7


def _fields(content: bytes) -> Any:
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        match key & 7:
            case 0:
                value, at = _varint(content, at)
            case 1:
                value, at = content[at : at + 8], at + 8
            case 2:
                length, at = _varint(content, at)
                value, at = content[at : at + length], at + length
            case _:
                value, at = content[at : at + 4], at + 4
        yield key >> 3, value
