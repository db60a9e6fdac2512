"""The words of an organization: its pipelines, people, fields and values, and who is named."""
