-- One page of features as GeoJSON text (RFC 7946), put together in the database.
--
-- Filled in from the allow-list in layers.py, never from a request:
--   features    the rows that the person may see and asked for, from the ORM, in the order of their
--               keys and one more than the page holds: key, shape, value_0, value_1, …
--   properties  the public names with those values, as arguments of json_build_object
--   geometry    feature.shape in the CRS that was asked for, axes in its order
-- Bound: decimals of coordinates; page size, twice; the values of the features' own query.
-- Gives: the features joined by commas, how many they are, the key of the last, how many were found.
SELECT
    string_agg(
        '{{"type":"Feature","id":' || feature.key
        || ',"geometry":' || coalesce(ST_AsGeoJSON({geometry}, %s, 0), 'null')
        || ',"properties":' || json_build_object({properties})::text || '}}',
        ',' ORDER BY feature.key
    ) FILTER (WHERE feature.place <= %s),
    max(feature.key) FILTER (WHERE feature.place <= %s),
    count(*)
FROM (
    SELECT found.*, row_number() OVER (ORDER BY found.key) AS place
    FROM ({features}) AS found
) AS feature
