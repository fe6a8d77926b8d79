"""Sampling of flow-matching models: schedules, solvers, guidance and the one loop that uses them."""
