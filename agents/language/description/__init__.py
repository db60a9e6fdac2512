"""Which records are meant: from the words of a phrase to a set."""
