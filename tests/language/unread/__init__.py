"""Conversations as busy people hold them, and what must come of each."""
