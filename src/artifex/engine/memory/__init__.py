"""Networks larger than the device: blocks that come and go, and what happens when memory runs out."""
