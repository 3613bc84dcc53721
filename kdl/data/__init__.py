"""Data sets and generators: one file each, with its source, licence and counts; `vendored/` holds other people's files."""
