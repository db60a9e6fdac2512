"""Requests in plain language, over organizations of six shapes: what is done, asked and answered."""
