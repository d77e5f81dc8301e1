-- Parcels whose number begins so, in the order of the index parcel_number_key, so that the rest is
-- never sorted. Bound: a pattern of LIKE; how many at most.
SELECT id, umran_number_key(reference) AS key
FROM parcels_parcel
WHERE umran_number_key(reference) LIKE %s
ORDER BY key USING ~<~
LIMIT %s
