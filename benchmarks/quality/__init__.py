"""The quality gate: what every accuracy costs, beside float32 and beside ``exact``."""
