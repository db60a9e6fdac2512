"""
Plain language without a model: what is said, as calls of our own tools.

Layered, each package on those before it (the import contract holds them to it): `words` of the
language, the `organization`'s own, the `description` of records, and `frames`, one clause with what
is needed to settle what it means. Requests are read by the verb that leads them (`verbs`) or by
what the whole of a message tells (`evidence`); `questions` by what they ask for. `requests` splits
a message among them, `dialogue` says what comes next, `provider` makes a model of it all.

Evidence is what is linked to the data (mentions), what a unit is about, and which operation
explains most of it. Nothing here writes; `dialogue.replies.respond` says which tools are to be
called.
"""
