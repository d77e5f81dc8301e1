-- One layer of one vector tile (MVT 2.1), as bytes; no bytes where nothing is to be seen.
--
-- Filled in from the allow-list in layers.py, never from a request:
--   features  the rows that the person may see, from the ORM: tile_id, tile_shape, tile_0, tile_1, …;
--             already cut down to the tile's rectangle in the stored CRS, so the GiST index on the
--             geometry column is what finds them
--   columns   those columns under their public names
--   mercator  SRID of the tile grid; the stored geometry is in the deployment's metric CRS
-- Bound: layer name; tolerance of the generalisation (m); z, x, y; margin (tile units); the values
-- of the features' own query; smallest area shown (m², 0 for all), twice.
SELECT ST_AsMVT(drawn, %s, 4096, 'shape', 'id')
FROM (
    SELECT
        feature.tile_id AS id,
        {columns}
        ST_AsMVTGeom(
            ST_Transform(ST_Simplify(feature.tile_shape, %s, true), {mercator}),
            ST_TileEnvelope(%s, %s, %s),
            4096,
            %s,
            true
        ) AS shape
    FROM ({features}) AS feature
    WHERE %s = 0 OR ST_Area(feature.tile_shape) >= %s
) AS drawn
WHERE drawn.shape IS NOT NULL
