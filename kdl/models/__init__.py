"""Models: one file each, in a folder per family. A file holds what its paper introduced, and the wiring."""
