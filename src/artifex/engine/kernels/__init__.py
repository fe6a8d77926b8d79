"""Fused kernels: several steps of arithmetic in one pass over memory, where a GPU runs Triton; plain torch elsewhere.

One file a kind of data, each function with both ways in it: `rows.py` for tokens, `pixels.py` for pictures in
channels-last memory. Fused or not, values are the same but for the order of sums.
"""
