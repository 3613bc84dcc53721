"""One file for each contrast of the notes; the file's header is read by `kdl.catalog`."""
