"""Losses that are a lesson of their own, one a file; what is simple comes from Keras. `keras.ops` only."""
