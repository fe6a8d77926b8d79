"""Model families, one folder each, and what is known of them without loading them."""
