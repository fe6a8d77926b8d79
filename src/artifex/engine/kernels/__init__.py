"""Fused kernels: several steps of arithmetic in one pass over memory, where a GPU runs Triton; plain torch elsewhere.

One file a kind of data. Each function of `rows.py`, for tokens, `eight_bits.py`, for rows that are rounded, and
`products.py`, for what comes of matrix products, has both ways in it. Those of `pixels.py`, for pictures in
channels-last memory, are fused only: the layers that call them ask `pixels.fits`, and have the plain way. So are those
of `heads.py`, for attention in float8, which there is only where Triton works. Fused or not, values are the same but
for the order of sums.
"""
