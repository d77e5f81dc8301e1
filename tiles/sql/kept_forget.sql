-- Let go of changes that every reader has had an hour to see. A row is dated when it is first seen
-- here, not when it is written: a long transaction may commit long after. A few at a time, so that
-- what a city's import leaves holds nobody up. Bound: at most so many rows, twice.
WITH gone AS (
    DELETE FROM tile_change WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM tile_change WHERE seen_at < now() - interval '1 hour' LIMIT %s
        FOR UPDATE SKIP LOCKED
    ))
)
UPDATE tile_change SET seen_at = now() WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM tile_change WHERE seen_at IS NULL LIMIT %s FOR UPDATE SKIP LOCKED
))
