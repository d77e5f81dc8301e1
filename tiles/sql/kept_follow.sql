-- Keep a layer's shapes as its rows change, statement by statement. Filled in: function, layer, table,
-- source, ids (the rows that a change concerns, out of the transition table "changed"), indexed.
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[] := ARRAY({ids});
    before box2d;
    after box2d;
BEGIN
    IF cardinality(ids) = 0 THEN RETURN NULL; END IF;
    WITH gone AS (DELETE FROM {table} WHERE id = ANY (ids) RETURNING {indexed} AS shape)
    SELECT ST_Extent(shape) INTO before FROM gone;
    IF TG_OP <> 'DELETE' THEN
        WITH made AS (
            INSERT INTO {table} {source} AND feature.tile_id = ANY (ids) RETURNING {indexed} AS shape
        )
        SELECT ST_Extent(shape) INTO after FROM made;
    END IF;
    PERFORM tile_changed('{layer}', before, after);
    RETURN NULL;
END $$;
