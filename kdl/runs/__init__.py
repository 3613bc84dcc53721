"""A run's record on disk: one folder per training or experiment, readable with any text editor."""
