-- Emptied with the table it follows. Filled in: table, on_table, layer.
CREATE OR REPLACE FUNCTION {table}_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM {table};
    INSERT INTO tile_change (layer) VALUES ('{layer}');
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS {table}_empty ON {on_table};
CREATE TRIGGER {table}_empty AFTER TRUNCATE ON {on_table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_empty();
