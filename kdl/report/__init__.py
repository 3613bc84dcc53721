"""What was measured and what was learned, in pictures: figures as SVG, one HTML page, curves for a terminal, progress."""
