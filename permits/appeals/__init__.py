"""Judging past applications: what people declared, beside what the rulebook says.

The modules here are pure (no Django): they read the free text of paper forms, compare a stated
limit with ours, and add the results up. Only the command that runs them knows the database.
"""
