"""Benchmarks: one module each, with ``run() -> dict[str, float]``; ``bin/bench`` runs them."""
