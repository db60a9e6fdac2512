"""Requests that a verb leads: what it asks for of the phrases after it."""
