"""One file for each kind of work; where the rooms meet."""
