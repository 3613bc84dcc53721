"""Turn deep-learning notes into things a person does: read, predict, train, implement, recall."""

__version__ = "0.1.0"
