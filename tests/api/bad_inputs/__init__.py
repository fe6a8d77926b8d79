"""Inputs that are to be refused: one list of them, sent to the real program, and what may be left afterwards."""
