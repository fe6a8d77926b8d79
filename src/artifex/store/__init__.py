"""What is kept: blobs by content hash, and the folders of unfinished jobs."""
