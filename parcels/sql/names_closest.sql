-- Kept names that hold every word: first those that are the text in one of their languages, then
-- those that begin with it there, then the shortest.
-- Filled in: key and table; held, a LIKE for each word (read by the index street_name_words or
-- address_line_words). Bound: the text between line breaks; the text after one; the patterns of
-- the words; how many names at most, NULL for all.
SELECT
    {key} AS key,
    text,
    CASE WHEN strpos(text, %s) > 0 THEN 0 WHEN strpos(text, %s) > 0 THEN 1 ELSE 2 END AS fit,
    length(text) AS length
FROM {table}
WHERE {held}
ORDER BY fit, length, text
LIMIT %s
