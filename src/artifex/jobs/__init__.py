"""Jobs: durable requests for work, and the work itself."""
