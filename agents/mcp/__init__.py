"""
The Model Context Protocol's door: the same tools, tokens, policy and ledger as the API's.

Streamable HTTP without sessions, in a plain view: a message comes in, its answer goes out, and
nothing of it stays in the process. Shapes are checked by the protocol's own models (`mcp_types`).
"""
