"""
Conversations: people ask in their own words, and see what was done.

Each turn is a job that a worker carries out step by step: the model is asked, the tools it calls go
through the one door, and the answers go back to it, until there is nothing left to do. Which model
it is makes no difference to the loop; without any, `local/planner` answers.
"""
