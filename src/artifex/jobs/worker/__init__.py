"""Workers: one process for each slot does one job at a time; one supervisor a machine keeps them going."""
