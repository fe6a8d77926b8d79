"""Revisions of the schema, run by :mod:`artifex.store.schema`."""
