"""Workers: each slot is a process that does one job at a time; one supervisor per machine keeps them running."""
