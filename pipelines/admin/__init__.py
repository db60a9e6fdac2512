"""The console's pages of boards and of the cards on them."""

from pipelines.admin import boards, cards

__all__ = ["boards", "cards"]
