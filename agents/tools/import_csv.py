"""Take over rows of a CSV text."""

from typing import Annotated, Any, Literal

from pydantic import Field

from agents import ordering
from agents.catalogue.arguments import REACHES, BadArguments, Key
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records import files
from agents.records.files import ReceiptShown
from approvals.proposals import Effect
from audit.actions import Refusal
from audit.models import Outcome
from crm.imports import running
from crm.imports.cells import Plan
from crm.imports.running import Options
from crm.permissions import Permission

LONGEST = 200_000  # characters
MOST_ROWS = 1_000
AT_ONCE = 500  # rows; of more, a worker takes them over
TRIED = 100  # rows of so long a file, that are shown before
# Rows that put cards where the file says, past what stages ask for: a person's to waive.
ONLY_PEOPLE = {"positions", "history"}
# Columns whose unknown e-mail addresses become members without a log-in.
COLLEAGUES = {"owner_email", "assignee_email"}

Csv = Annotated[
    str,
    Field(
        min_length=3,
        max_length=LONGEST,
        description=f"The file's text with its header line; at most {MOST_ROWS:,} rows.",
    ),
    REACHES,  # its columns hold addresses
]
Columns = Annotated[
    dict[Key, Annotated[str, Field(max_length=120)] | None],
    Field(
        max_length=200,
        description="Header to field (email, company, custom:plan), skip to leave it out, or null"
        " to find out. Headers left out are found out.",
    ),
]


class OnlyPeople(Refusal):
    """Only a person takes this over from a file."""

    outcome = Outcome.DENIED


def about_import(
    context: Context, *, csv: str, kind: str | None = None, filename: str = "", **given: Any
) -> About:
    """
    Read the file as it would be taken over, and count its rows.

    :raises OnlyPeople: if an agent would take over cards
    """
    plan = _plan(context, csv, kind=kind, filename=filename, map=given.get("map"))
    rows = sum(1 for _ in plan.table.rows())
    if rows > MOST_ROWS:
        says = f"has {rows:,} rows; at most {MOST_ROWS:,} at once, so cut it in parts"
        raise BadArguments(context.tool, {"csv": says})
    if not context.by.is_person:
        _check_agents_file(plan)
    return About(title=f"Import {rows:,} {plan.kind.name}", records=rows)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_import,
    needs=Permission.IMPORT,
    example={
        "csv": "Name,E-mail\nGrete Hermann,grete@example.org\n",
        "kind": "contacts",
        "map": {"Name": "name", "E-mail": "email"},
    },
)
def import_csv(
    context: Context,
    *,
    csv: Csv,
    kind: Annotated[
        Literal["contacts", "companies", "positions", "activities", "tasks", "history"],
        Field(description="What the rows are; found out if left out."),
    ]
    | None = None,
    map: Columns | None = None,
    pipeline: Annotated[
        str, Field(max_length=300, description="A board's name, for cards whose row names none.")
    ] = "",
    source: Annotated[
        str, Field(max_length=60, description="The system the file's ids are of: hubspot.")
    ] = running.SOURCE,
    filename: Annotated[str, Field(max_length=255, description="What the file is called.")] = "",
) -> ReceiptShown:
    """
    Take over rows of a CSV text; who is known already is updated, not doubled.

    The receipt says what became of each row. undo_action takes all of it back. Of more than 500
    rows the answer says that they were taken in: follow get_import until it is done, and undo the
    action it names.
    """
    importing = running.begin(
        csv.encode(),
        by=context.by,
        filename=filename,
        kind=kind,
        mapping=map,
        options=Options(pipeline=pipeline, source=source),
    )
    if importing.row_count <= AT_ONCE:
        running.run(importing, by=context.by)
        importing.refresh_from_db()
    elif context.tried:
        running.rehearse(importing, by=context.by, rows=TRIED)
    else:
        ordering.order(importing)
    return files.show(importing, by=context.by)


def _check_agents_file(plan: Plan) -> None:
    """
    Check that a file does no more than an agent may.

    :raises OnlyPeople: if it would put cards past what stages ask for, or let colleagues in
    """
    if plan.kind.name in ONLY_PEOPLE:
        raise OnlyPeople(
            f"Only a person imports {plan.kind.name}: such a file passes what stages ask for. Put"
            " cards on boards by add_contact_to_pipeline.",
            kind=plan.kind.name,
        )
    naming = [column.header for column in plan.columns if column.target in COLLEAGUES]
    if naming:
        raise OnlyPeople(
            f"Only a person's file names colleagues, for it makes them known here: map"
            f" {', '.join(naming)} to skip, and use assign_owner.",
            columns=naming,
        )


def _plan(
    context: Context, csv: str, *, kind: str | None, filename: str, map: dict[str, Any] | None
) -> Plan:
    return context.once(
        "plan",
        lambda: running.find_plan(
            csv.encode(), by=context.by, kind=kind, mapping=map, filename=filename
        ),
    )
