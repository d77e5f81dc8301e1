-- The table of a layer's kept shapes. Filled in: table, source (its rows as they follow from the
-- layer's own), key, indexed (the column whose boxes find what a tile shows).
DROP TABLE IF EXISTS {table};
CREATE TABLE {table} AS {source} WITH NO DATA;
ALTER TABLE {table} ADD PRIMARY KEY ({key});
CREATE INDEX {table}_shape ON {table} USING gist ({indexed});
