"""An invented town, drawn by our own code from a fixed seed.

Pure: NumPy, Shapely and rasterio, no Django. `town.build_town` is the way in; every coordinate is
in the metric CRS of the demo city (metres), rounded to the millimetre.
"""
