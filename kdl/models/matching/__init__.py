"""Models that say how well two things go together, from a vector of each."""
