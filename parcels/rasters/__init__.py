"""Rasters of the ground: read from files of others, kept as our own, measured under parcels."""
