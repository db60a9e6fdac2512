"""Records as tools take and answer them: arguments and results that several share."""
