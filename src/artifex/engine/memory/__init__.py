"""Networks larger than the device: streaming of their blocks, and handling of memory that runs out."""
