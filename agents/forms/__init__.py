"""Calls and settings as forms that a person fills in."""
