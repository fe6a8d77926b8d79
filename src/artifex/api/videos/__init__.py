"""Translates between OpenAI's videos API and the studio's own."""
