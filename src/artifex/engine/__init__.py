"""Tensors only: how they are read and kept, sampled and attended to, and shared among GPUs; a folder for each.

It knows nothing of model names, users' files, HTTP or SQL.
"""
