"""What people do with plans: one verb, one file."""
