"""A family of models for tests: nothing but paper."""
