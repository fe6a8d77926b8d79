"""One module for each kind of job, where models, media and the store come together."""
