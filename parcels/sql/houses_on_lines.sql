-- Houses of a number on lines of addresses: parcel, number, line; those on the closest lines.
-- The lines come in their order, and each is asked by the index house_on_a_line, until there are
-- houses enough. Filled in: lines (names_closest.sql). Bound: its values; a pattern of LIKE for the
-- number; such patterns for all other numbers that the address must have; how many houses at most
-- on a line; how many at most.
SELECT house.parcel_id, house.number, line.text
FROM ({lines}) AS line, LATERAL (
    SELECT parcel_id, number
    FROM parcels_housenumber AS first
    WHERE first.line = line.key AND first.number LIKE %s AND NOT EXISTS (
        SELECT FROM unnest(%s::text[]) AS pattern
        WHERE NOT EXISTS (
            SELECT FROM parcels_housenumber AS other
            WHERE other.parcel_id = first.parcel_id AND other.number LIKE pattern))
    ORDER BY number USING ~<~
    LIMIT %s
) AS house
ORDER BY line.fit, line.length, line.text
LIMIT %s
