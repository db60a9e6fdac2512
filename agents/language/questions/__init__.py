"""What is asked: of one record, of groups, of two sides, over time, as calls that only read."""
