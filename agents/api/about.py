"""What the API's description says of the whole: how to speak it, and what one may rely on."""

DESCRIPTION = """\
The CRM that AI agents run and people steer, for programs.

**JSON** in and out, UTF-8; a body says `Content-Type: application/json` and has at most
1,000,000 bytes. Text never holds the character NUL. Times are RFC 3339 in UTC, money is in minor
units beside an ISO 4217 currency, and every object has a reference such as `contact:42`.

**Errors** are `application/problem+json` (RFC 9457); `detail` says what would be right. What you
may not see looks exactly like what does not exist. 429 and 503 say in `Retry-After` when to come
again.

**Lists** answer `results` and `next`; pass `next` as `after` for the page that follows. What no
page gave is refused.

**Tools** are how anything is changed. A call is done (200), waits for a person (202), or is
refused. Give an `idempotency_key` to be able to repeat a call: what took effect takes effect once.
`dry_run` says what would change.

**Reading again**: what is read has an `ETag`, made of all that is shown; send it as
`If-None-Match` to get 304 where nothing changed. Send the ETag of `GET /api/objects/{ref}/` as
`If-Match` with a call that is about that object, and it is refused with 412 unless the object
still is as you read it.

**Changes** to this API add: operations, optional parameters, members of answers, reasons of
refusal. Ignore what you do not know. Anything else is announced first: what will go is marked
`deprecated` here, and answers with `Deprecation` (RFC 9745) and `Sunset` (RFC 8594) for at least
180 days before it does. Nothing is deprecated today.
"""
TAGS = [
    {"name": "actions", "description": "The ledger: what was done, or tried, and taking it back."},
    {"name": "agents", "description": "Work that agents are given, and how far they are with it."},
    {"name": "approvals", "description": "What waits for a person."},
    {"name": "conversations", "description": "Saying what one wants in one's own words."},
    {"name": "objects", "description": "Everything there is, in one shape."},
    {"name": "pipelines", "description": "Boards."},
    {"name": "schema", "description": "This description."},
    {"name": "service", "description": "Whether it serves."},
    {"name": "tools", "description": "Everything that can be done."},
    {"name": "undo", "description": "Taking back many actions: planned, then applied."},
]
