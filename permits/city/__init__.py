"""A plan checked against a whole city: every parcel, in chunks, by one core or by many."""
