"""Judging land against plans. Pure: standard library, NumPy, Shapely, pydantic, PyYAML; no Django.

The way through: :mod:`rulebook` loads the regulation, :mod:`site` holds the land and the proposal,
:mod:`engine` runs every kind of the :mod:`catalogue` and returns :mod:`findings`.
"""
