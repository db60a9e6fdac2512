"""
Plain language without a model: what is said, as calls of our own tools.

Layered, each package on those before it (the import contract holds them to it): `words` of the
language, the `organization`'s own, the `description` of records, `frames`, one clause with what is
needed to settle what it means, and `operations`, what is done to records. What is to be done is
read by `evidence`, the verb of a unit being one kind of it; `questions` are read by what they ask
for. `requests` splits a message among the two, `dialogue` says what comes next, `provider` makes a
model of it all.

Evidence is what is linked to the data (mentions), what a unit is about, and which operation
explains most of it. Nothing here writes; `dialogue.replies.respond` says which tools are to be
called.
"""
