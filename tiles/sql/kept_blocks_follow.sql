-- Blocks follow parcels: those that a change leaves, and those that it enters. Filled in: function,
-- event, referencing, touched (municipality and block of both), source (the blocks among those).
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM tile_blocks USING ({touched}) AS touched
    WHERE tile_blocks.municipality_id = touched.municipality_id
        AND tile_blocks.block = touched.block;
    INSERT INTO tile_blocks {source};
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS {function} ON parcels_parcel;
CREATE TRIGGER {function} AFTER {event} ON parcels_parcel REFERENCING {referencing}
FOR EACH STATEMENT EXECUTE FUNCTION {function}();
