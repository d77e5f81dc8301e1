-- What has been committed since a snapshot (bound), and the snapshot of this reading.
SELECT
    pg_current_snapshot()::text,
    ARRAY(
        SELECT concat_ws(' ', layer, array_to_string(extent, ' '))
        FROM tile_change
        WHERE xid >= pg_snapshot_xmin(seen.snapshot)
            AND NOT pg_visible_in_snapshot(xid, seen.snapshot)
    )
FROM (SELECT %s::pg_snapshot AS snapshot) AS seen
