"""How the models shipped with Artifex were made."""
