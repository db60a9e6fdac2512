"""Workflows: what is to be done by itself, drafted and kept in versions."""
