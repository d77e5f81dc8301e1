-- Keep addresses by line and house number. Follows a query "said" of parcels: id and address, as
-- umran_address has it.
, lined AS MATERIALIZED (
    SELECT id, address, umran_address_line(address) AS line FROM said
), named AS (
    INSERT INTO parcels_addressline (key, text)
    SELECT md5(line)::uuid, line FROM (SELECT DISTINCT line FROM lined ORDER BY line) AS each
    ON CONFLICT DO NOTHING
)
INSERT INTO parcels_housenumber (parcel_id, line, number)
SELECT id, md5(line)::uuid, umran_house_numbers(address) FROM lined
