"""Requests by what a message tells: candidates of operations, and the evidence for each."""
