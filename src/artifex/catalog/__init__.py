"""Model families, one folder each, and everything about models that does not need them loaded."""
