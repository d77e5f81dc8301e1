-- What search looks through instead of every parcel and street: each name once (parcels/names.py).
-- Rows follow parcels and streets, statement by statement. A name that nobody bears any more stays
-- until search_names_fill.sql runs, and finds nothing: so nobody who writes waits for another.
-- Filled in: separators (a pattern of what stands between words), names (of a street, folded),
-- keep_addresses (search_addresses_keep.sql).

-- Words with single spaces, each language in a line: "\nشارع النيل 12\n12 nile street\n".
CREATE OR REPLACE FUNCTION umran_address(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(chr(10) || replace(
        regexp_replace(replace(public.umran_fold($1), ' · ', chr(31)), '{separators}', ' ', 'g'),
        chr(31), chr(10)) || chr(10), ' *(\n) *', '\1', 'g')
$$;

-- The same without house numbers, which is what begins with a digit.
CREATE OR REPLACE FUNCTION umran_address_line(address text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(
        regexp_replace(address, '([ \n])[0-9][^ \n]*', '\1', 'g'), ' *([ \n]) *', '\1', 'g')
$$;

-- Each of its house numbers; one that is empty where it has none.
CREATE OR REPLACE FUNCTION umran_house_numbers(address text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1 AS $$
    SELECT DISTINCT found[1] FROM regexp_matches(address, '[ \n]([0-9][^ \n]*)', 'g') AS found
    UNION ALL
    SELECT '' WHERE address !~ '[ \n][0-9]'
$$;

CREATE OR REPLACE FUNCTION search_addresses_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM parcels_housenumber USING before WHERE parcel_id = before.id;
        RETURN NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        DELETE FROM parcels_housenumber USING before JOIN changed USING (id)
        WHERE parcel_id = id AND before.address <> changed.address;
    END IF;
    WITH said AS MATERIALIZED (
        SELECT id, umran_address(address) AS address
        FROM changed
        WHERE address <> '' AND NOT EXISTS (
            SELECT FROM parcels_housenumber AS kept WHERE kept.parcel_id = changed.id)
    )
    {keep_addresses};
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_streets_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO parcels_streetname (text)
    SELECT DISTINCT {names} AS name FROM changed ORDER BY name
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_names_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM parcels_housenumber;
    RETURN NULL;
END $$;

CREATE TRIGGER search_addresses_insert AFTER INSERT ON parcels_parcel
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION search_addresses_follow();
CREATE TRIGGER search_addresses_update AFTER UPDATE ON parcels_parcel
REFERENCING OLD TABLE AS before NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION search_addresses_follow();
CREATE TRIGGER search_addresses_delete AFTER DELETE ON parcels_parcel
REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION search_addresses_follow();
CREATE TRIGGER search_addresses_empty AFTER TRUNCATE ON parcels_parcel
FOR EACH STATEMENT EXECUTE FUNCTION search_names_empty();
CREATE TRIGGER search_streets_insert AFTER INSERT ON parcels_streetsegment
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION search_streets_follow();
CREATE TRIGGER search_streets_update AFTER UPDATE ON parcels_streetsegment
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION search_streets_follow();
