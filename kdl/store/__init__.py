"""The learner's database: append-only logs that are the truth, and caches that can be rebuilt from them."""
