"""Fused kernels: several steps of arithmetic in one pass over memory, where a GPU runs Triton; plain torch elsewhere.

One file per kind of data. Functions of `rows.py` (tokens), `eight_bits.py` (quantised rows) and `products.py` (results
of matrix products) implement both the fused and the plain way. Those of `pixels.py` (pictures in channels-last memory)
are fused only: the layers that call them check `pixels.fits`, and contain the plain way. Those of `heads.py` (attention
in float8) are fused only, too: float8 attention exists only where Triton works. Both ways give the same values except
for the order of summation.
"""
