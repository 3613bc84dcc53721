"""What several models share, each explained in full: one layer per file, registered as `kdl.<file>`.

A layer that looks along the time axis and nowhere ahead can write step by step: it has `cached = True`, and takes a
`cache` (`key_value_cache.py`) when it is called.
"""
