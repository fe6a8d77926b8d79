"""The studio over HTTP: each door parses, asks one room, and answers; events go out."""
