"""Jobs: durable requests for work, and the code that does the work."""
