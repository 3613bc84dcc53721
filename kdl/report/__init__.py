"""Figures of what was measured: curves for a terminal."""
