"""Conversations nobody has read who writes the grammar."""
