"""
Which model thinks for an organization or one of its agents, in what manner, at what cost.

What an agent has of its own goes before what its organization has, which goes before the
environment. Without any model the product's own planner thinks, free of charge.
"""
