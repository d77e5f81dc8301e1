SELECT ST_AsMVT(drawn, '{layer}', 4096, 'shape', 'id')
FROM (
    SELECT
        id,
        {columns}
        CASE
            WHEN {indexed} @ {whole} THEN ST_TransScale({grid}, {west}, {north}, {scale}, -{scale})
            ELSE ST_AsMVTGeom({grid}, {tile}, 4096, {margin}, true)
        END AS shape
    FROM {table}
    WHERE {indexed} && {near}{conditions}
) AS drawn
WHERE drawn.shape IS NOT NULL
