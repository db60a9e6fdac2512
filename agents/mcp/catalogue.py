"""Every module that answers methods; each registers its own."""

from agents.mcp import completions, lifecycle, prompts, resources, tasks, tools

__all__ = ["completions", "lifecycle", "prompts", "resources", "tasks", "tools"]
