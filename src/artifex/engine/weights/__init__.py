"""Where tensors come from: files of several layouts, or nowhere at all, behind one contract."""
