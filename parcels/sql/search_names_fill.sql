-- All names anew, from the parcels and streets. Filled in: names (of a street, folded),
-- keep_addresses (search_addresses_keep.sql).
DELETE FROM parcels_housenumber;
DELETE FROM parcels_addressline;
DELETE FROM parcels_streetname;
WITH said AS MATERIALIZED (
    SELECT id, umran_address(address) AS address FROM parcels_parcel WHERE address <> ''
)
{keep_addresses}
ON CONFLICT DO NOTHING;
INSERT INTO parcels_streetname (text)
SELECT DISTINCT {names} AS name FROM parcels_streetsegment ORDER BY name
ON CONFLICT DO NOTHING;
