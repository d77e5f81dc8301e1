-- What all kept shapes share. Filled in: half_world (Web Mercator metres), extent (units of a tile's
-- side).

-- A polygon as vector tiles ask for it: valid, exterior rings clockwise while y points up.
DROP FUNCTION IF EXISTS tile_grid(geometry, int, float8), tile_sound(geometry);
DROP FUNCTION IF EXISTS tile_changed(text, box2d, box2d);
CREATE FUNCTION tile_sound(shape geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN ST_Dimension(shape) < 2 THEN shape
        WHEN ST_IsValid(shape) THEN ST_ForcePolygonCW(shape)
        ELSE ST_ForcePolygonCW(ST_CollectionExtract(
            ST_SnapToGrid(ST_CollectionExtract(ST_MakeValid(shape), 3), 1), 3))
    END
$$;

-- A shape in Web Mercator as whole units of the tiles of a zoom, counted from the south-west corner
-- of the world; corners nearer than so many units to the line of their neighbours are left out.
-- Nothing where the shape is too small to be one.
CREATE FUNCTION tile_grid(shape geometry, zoom int, simplified float8) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN ST_IsEmpty(sound) THEN NULL ELSE sound END
    FROM (
        SELECT tile_sound(ST_SetSRID(ST_SnapToGrid(
            CASE WHEN simplified = 0 THEN placed ELSE ST_Simplify(placed, simplified, true) END, 1
        ), 0)) AS sound
        FROM (
            SELECT ST_TransScale(shape, {half_world}, {half_world}, k, k) AS placed
            FROM (SELECT {extent} * 2.0 ^ zoom / (2 * {half_world}) AS k) AS scale
        ) AS drawn
    ) AS snapped
$$;

-- What has changed, by whom: each transaction that has touched a layer, and where, in units of the
-- last grid (all of it where no extent is given). Read by the snapshot of the last reading, so that
-- nothing is missed whatever the order of commits. Readers let go of them (kept_forget.sql).
CREATE TABLE IF NOT EXISTS tile_change (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    layer text NOT NULL,
    extent float8[]
);
ALTER TABLE tile_change DROP COLUMN IF EXISTS at, ADD COLUMN IF NOT EXISTS seen_at timestamptz;
CREATE INDEX IF NOT EXISTS tile_change_xid ON tile_change (xid);

CREATE FUNCTION tile_changed(layer text, before box2d, after box2d) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO tile_change (layer, extent)
    SELECT layer, ARRAY[ST_XMin(extent), ST_YMin(extent), ST_XMax(extent), ST_YMax(extent)]
    FROM (
        SELECT ST_Extent(box::geometry) AS extent FROM (VALUES (before), (after)) AS extents (box)
    ) AS whole
    WHERE extent IS NOT NULL
$$;

-- A version that comes into force, or leaves it, changes all that its layers show.
CREATE OR REPLACE FUNCTION tile_plans_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tile_change (layer) VALUES ('zones');
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS tile_plans_follow ON zoning_planversion;
CREATE TRIGGER tile_plans_follow AFTER INSERT OR UPDATE OR DELETE ON zoning_planversion
FOR EACH STATEMENT EXECUTE FUNCTION tile_plans_follow();
