"""What is measured of models and of their answers: one measure per file."""
