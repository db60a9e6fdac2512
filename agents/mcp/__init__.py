"""
The Model Context Protocol's door: the same tools, tokens, policy and ledger as the API's.

Streamable HTTP in a plain view: a message comes in, its answer goes out, in parts where it takes
its time, and nothing of it stays in the process: what a session is stands in its id, what must
outlive a request is a row. Shapes are checked by the protocol's own models (`mcp_types`).
"""
