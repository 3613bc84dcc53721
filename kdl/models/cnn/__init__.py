"""Convolutional networks that say what a picture shows."""
