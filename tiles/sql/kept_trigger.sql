-- Filled in: function, event, age (OLD or NEW rows), on_table.
DROP TRIGGER IF EXISTS {function}_{event} ON {on_table};
CREATE TRIGGER {function}_{event} AFTER {event} ON {on_table}
REFERENCING {age} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {function}();
