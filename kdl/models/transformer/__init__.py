"""Transformers: what one place of a text takes from another is decided by the text itself."""
