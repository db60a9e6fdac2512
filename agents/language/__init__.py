"""
Plain language without a model: what is said, as calls of our own tools.

Layered, each on those before it: tokens, lexicon, amounts and dates; the organization's own words
and names, and what verbs say of its fields (meanings); phrases (which records), requests (what to
do with them), plans (which calls), replies. Requests that no verb leads are read by evidence: what
is linked to the data (mentions), what a unit is about (evidence), and which operation explains most
of it (standing, charge, tagging, scheduling, valuing, recording, duties, entering; reader).

A phrase is read by one class in layers: times, what happened when, what passed between us, what
fields hold, what verbs say of them, whose, where, who, and how all of it is put together. Questions
are told apart by what they ask for: of one record (lookups, timelines), of groups (ranking), of two
sides (comparisons), a figure or a list (asking, figures, measuring); a follow-up is the last
question with words exchanged (followups). Nothing here writes; `replies.respond` says which tools
are to be called.
"""
