"""Which file formats are opened, and how GDAL is kept from everything else.

GDAL chooses a driver by content, and some drivers call the network or open further files (virtual
layers, web services). All drivers but those of plain data files are removed from the GDAL library
of this process before the first file is opened: it is the library of pyogrio, which GeoDjango
shares; rasterio has one of its own.
"""

from __future__ import annotations

from ctypes import c_char_p, c_int, c_void_p
from functools import cache

import pyogrio
from django.contrib.gis.gdal.libgdal import lgdal

ALLOWED = frozenset(
    {
        "CSV",
        "DXF",
        "ESRI Shapefile",
        "FlatGeobuf",
        "GML",
        "GPKG",
        "GeoJSON",
        "GeoJSONSeq",
        "JSONFG",
        "KML",
        "LIBKML",
        "MapInfo File",
        "MEM",
        "OpenFileGDB",
        "TopoJSON",
    }
)

SETTINGS = {
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GDAL_HTTP_MAX_RETRY": "0",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
}


@cache
def keep_only_plain_formats() -> None:
    """Remove every driver that is not allowed from this process; done once."""
    lgdal.GDALGetDriver.restype = c_void_p
    lgdal.GDALGetDriver.argtypes = [c_int]
    lgdal.GDALGetDescription.restype = c_char_p
    lgdal.GDALGetDescription.argtypes = [c_void_p]
    lgdal.GDALDeregisterDriver.argtypes = [c_void_p]
    lgdal.GDALDeregisterDriver.restype = None
    lgdal.GDALAllRegister()
    handles = [lgdal.GDALGetDriver(index) for index in range(lgdal.GDALGetDriverCount())]
    for handle in handles:
        if lgdal.GDALGetDescription(handle).decode() not in ALLOWED:
            lgdal.GDALDeregisterDriver(handle)
    pyogrio.set_gdal_config_options(SETTINGS)
    left = set(pyogrio.list_drivers())
    if not left <= ALLOWED:
        raise RuntimeError(f"GDAL still opens {', '.join(sorted(left - ALLOWED))}")
