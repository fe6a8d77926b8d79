"""Tensors only: schedules, solvers, guidance, the sampling loop, attention.

Knows no model name, no file of a user, no HTTP and no SQL.
"""
