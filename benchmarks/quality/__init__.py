"""The quality gate: what every accuracy costs in quality, compared with float32 and with ``exact``."""
