"""Train a model on a task from a seed, by a recipe, and keep the run."""
