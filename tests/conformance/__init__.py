"""
The official conformance suite of the Model Context Protocol, asked of our own server.

`python -m tests.conformance` serves the product on a database of its own with the suite's fixtures
added to it: tools, prompts and resources of the names the suite asks for. They are called through
the same door, dispatcher, policy and ledger as everything else. A file per
revision says which scenarios are not served, and why.
"""
