"""The language itself: tokens, numbers, days, and what words of English point to."""
