"""
Insight: what an organization's own rows say about its pipelines, counted, never guessed.

Every answer names the rows its figures rest on and how they are defined; where there are too few,
it says so instead of giving a figure. The rules are rules (`BASIS`): what is learned from data one
day answers in the same shape.
"""

BASIS = "rules"
