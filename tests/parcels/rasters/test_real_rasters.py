"""Real terrain and flood depths, as their offices published them, become files of our own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio

from parcels.models import Raster
from parcels.rasters.cog import write_cog
from parcels.rasters.files import open_source
from parcels.rasters.source import Reading, Source
from tests.sample_data import sample


@pytest.mark.parametrize(
    ("name", "kind", "least", "greatest"),
    [
        ("alexandria_va_dtm_2m.tif", "terrain", 6.9, 22.1),
        ("alexandria_va_dsm_2m.tif", "terrain", 7.0, 39.1),
        ("quelimane_flood_depth.tif", "flood_depth", 0.1, 6.5),
    ],
)
def test_a_real_raster_keeps_its_values(
    tmp_path: Path, name: str, kind: str, least: float, greatest: float
) -> None:
    path = sample("raster", name)
    with open_source(path) as dataset:
        source = Source(dataset, Reading(kind=Raster.Kind(kind)))
        cog = write_cog(source, tmp_path, progress=lambda done, total: None)
        given = dataset.read(1, masked=True).astype("float32").filled(np.nan)
        assert source.seen.known == np.isfinite(given).sum() > 0
    assert (round(source.seen.least, 1), round(source.seen.greatest, 1)) == (least, greatest)
    with rasterio.open(cog) as file:
        assert np.array_equal(file.read(1), given, equal_nan=True)
