"""Pages of people, companies, tasks and search."""
