"""What was measured and what was learned, in pictures: curves for a terminal, progress."""
