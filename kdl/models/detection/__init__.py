"""Networks that say what is in a picture, and where."""
