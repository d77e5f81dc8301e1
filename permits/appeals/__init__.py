"""Judging past applications: what people declared, beside what the rulebook says.

`batch` alone knows the database. The other modules are pure (no Django): they read the free text
of paper forms, ask the rule engine, compare the two verdicts and add the results up.
"""
