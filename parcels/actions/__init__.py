"""What people do with land: one verb, one file."""
