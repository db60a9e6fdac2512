"""Boards, moves and positions, in the browser."""
