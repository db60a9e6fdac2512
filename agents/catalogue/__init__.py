"""The catalogue of tools: what each takes, what it is told, and how its texts are marked."""
