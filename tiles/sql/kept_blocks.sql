-- A shape for each block of a municipality. Filled in: grids, mercator (an SRID).
SELECT block.id, block.municipality_id, block.block, {grids}
FROM (
    SELECT
        min(parcel.id) AS id,
        parcel.municipality_id,
        parcel.block,
        ST_Transform(ST_Union(parcel.geometry), {mercator}) AS mercator
    FROM parcels_parcel AS parcel
    {among}
    GROUP BY parcel.municipality_id, parcel.block
) AS block
