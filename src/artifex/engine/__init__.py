"""Tensor code: schedules, solvers, guidance, the sampling loop, attention, weights, memory, several GPUs.

It knows nothing of model names, users' files, HTTP or SQL.
"""
