"""The one door: who is let in, what they may, what a call does and what it answers."""
