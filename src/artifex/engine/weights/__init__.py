"""Sources of weights: files of several formats, or random numbers, behind one contract."""
