-- All names anew, from the parcels and streets. Filled in: names (of a street, folded).
DELETE FROM parcels_housenumber;
DELETE FROM parcels_addressline;
DELETE FROM parcels_streetname;
WITH said AS MATERIALIZED (
    SELECT id, umran_address(address) AS address FROM parcels_parcel WHERE address <> ''
), lined AS MATERIALIZED (
    SELECT id, address, umran_address_line(address) AS line FROM said
), named AS (
    INSERT INTO parcels_addressline (key, text)
    SELECT md5(line)::uuid, line FROM (SELECT DISTINCT line FROM lined ORDER BY line) AS each
    ON CONFLICT DO NOTHING
)
INSERT INTO parcels_housenumber (parcel_id, line, number)
SELECT id, md5(line)::uuid, umran_house_numbers(address) FROM lined
ON CONFLICT DO NOTHING;
INSERT INTO parcels_streetname (text)
SELECT DISTINCT {names} AS name FROM parcels_streetsegment ORDER BY name
ON CONFLICT DO NOTHING;
