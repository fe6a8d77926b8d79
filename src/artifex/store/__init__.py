"""What is kept: blobs by content hash, the folders of unfinished jobs, and what comes from a model hub."""
