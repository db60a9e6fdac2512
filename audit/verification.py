"""Whether the ledger is whole: every hash recomputed, in the database, tenant by tenant or all."""

from dataclasses import dataclass

from django.db import connection

SAYS = {
    "skeleton": "who, when or what it was about is no longer what was recorded",
    "content": "what it says is no longer what was recorded",
    "remains": "it was erased, but not all of it",
    "eraser": "it was erased, but no action says so",
    "count": "what it changed or told is not all there, or something was added to it later",
    "orphan": "no action says who did it",
}


@dataclass(frozen=True)
class Broken:
    """The first row of the ledger that does not hold."""

    kind: str
    id: int
    why: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.why}."


@dataclass(frozen=True)
class Verdict:
    """How many rows were looked at, and the first that does not hold, if one does not."""

    checked: int
    broken: Broken | None


def verify(organization_id: int | None = None) -> Verdict:
    """Recompute every hash of one organization's ledger, or of all: actions, changes, events."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, checked, broken, fault from audit_verify(%s::bigint)", [organization_id]
        )
        rows = cursor.fetchall()
    broken = [Broken(kind, row, SAYS[fault]) for kind, _, row, fault in rows if row is not None]
    return Verdict(checked=sum(row[1] for row in rows), broken=broken[0] if broken else None)
