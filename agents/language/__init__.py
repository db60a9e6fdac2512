"""
Plain language without a model: what is said, as calls of our own tools.

Layered, each on those before it: tokens, lexicon, amounts and dates; the organization's own words
and names; phrases (which records), requests (what to do with them), plans (which calls), replies.
Nothing here writes; `replies.respond` says which tools are to be called.
"""
