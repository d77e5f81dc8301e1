"""Bringing a city in from its files: profile, reading, repair, report.

``profile`` says what becomes what, ``source`` opens files safely, ``prepare`` turns them into
sound features in the metric CRS, ``report`` keeps a line for each that needed attention; none of
these knows the database. ``store`` writes rows, called by the actions in ``parcels.actions`` and
``zoning.actions``, one per target.
"""
