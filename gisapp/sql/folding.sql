-- What search compares texts by (gisapp/folding.py), immutable, so that indexes can be made of it.
-- {source} and {target} are the letters changed or dropped, {separators} a regular expression.
CREATE OR REPLACE FUNCTION umran_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(
        lower(public.unaccent('public.unaccent', coalesce($1, ''))), '{source}', '{target}')
$$;

CREATE OR REPLACE FUNCTION umran_number_key(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT trim(both '/' from regexp_replace(public.umran_fold($1), '{separators}', '/', 'g'))
$$;
