"""What agents were given to read, and how it is known again in what they write."""
