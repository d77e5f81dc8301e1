-- The kept rows of a layer. Filled in from the allow-list in layers.py: features (its rows: tile_id,
-- tile_shape, tile_0, …), columns (those under their public names), grids, mercator (an SRID).
SELECT
    feature.tile_id AS id,
    {columns}
    {grids}
FROM ({features}) AS feature,
    LATERAL (SELECT ST_Transform(feature.tile_shape, {mercator}) AS mercator) AS placed
WHERE feature.tile_shape IS NOT NULL
