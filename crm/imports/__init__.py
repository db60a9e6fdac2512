"""Import of CSV files: reading them, understanding their columns, taking their rows over."""
