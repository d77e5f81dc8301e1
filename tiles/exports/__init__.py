"""Layers to take away: GeoPackage, GeoJSON, CSV and shapefiles, with licence and date."""
