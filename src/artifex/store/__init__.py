"""Storage: the database, content-addressed blobs, object storage, job folders, and downloads from model hubs."""
