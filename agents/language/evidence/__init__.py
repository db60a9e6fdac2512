"""Requests by what the whole of a message tells: candidates, and the evidence for each."""
