"""What is done to records, once it is known to which: as calls of tools, in a plan."""
