"""Bringing a city in from its files: profile, reading, repair, report. Knows no database.

``profile`` says what becomes what, ``source`` opens files safely, ``prepare`` turns them into
sound features in the metric CRS, ``report`` keeps a line for each that needed attention. The
actions in ``parcels.actions`` and ``zoning.actions`` store the result.
"""
