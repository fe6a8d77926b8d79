"""How the schema came to be what it is, one revision after another; run by :mod:`artifex.store.schema`."""
