"""The engine of the pairs: arms, seeds, claims, statistics, verdicts and the results that are committed."""
