"""Conversations written from the organizations' files alone, and what must come of each."""
