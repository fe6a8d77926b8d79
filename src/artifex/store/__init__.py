"""Storage: the database, content-addressed blobs, objects of unfinished jobs, and downloads from model hubs."""
