"""OGC API – Features and Tiles: the layers of ``tiles/layers.py`` for GIS programs.

Standards: OGC API – Features Part 1 (17-069r4), Part 2 (18-058r1), Part 3 (19-079r2) with CQL2
(21-065r2), Part 5 (23-058r1); OGC API – Tiles Part 1 (20-057). What is declared is in
``conformance.py``; every document is a plain dictionary first, and its HTML page shows that.
"""
