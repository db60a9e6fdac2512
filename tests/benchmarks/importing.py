"""A file of contacts to import: half of its rows are known by one sign or another, half new."""

import csv
from dataclasses import astuple, dataclass
from io import StringIO

from crm.imports.receipts import Receipt
from tests.benchmarks.ground import Person, company, count_firms, domain, person

HEADER = ["external_id", "first_name", "last_name", "email", "phone", "company", "job_title"]
# What tells the known ones, in turn; a row gives its sign, its name, and no surer sign.
SIGNS = ["email", "email", "email", "external_id", "external_id", "phone", "phone", "name"]
JOB = "Buyer"  # what all of them are already
PROMOTED = "Head of Purchasing"
NEW_FIRMS = 200


@dataclass(frozen=True)
class Laid:
    """The file, and what must come of it."""

    text: str
    created: int
    updated: int
    unchanged: int

    def check(self, receipt: Receipt) -> None:
        """
        Compare what came of it.

        :raises AssertionError: if the import took a row for another than it was laid as
        """
        came = (receipt.created, receipt.updated, receipt.skipped, receipt.merged, receipt.failed)
        wanted = (self.created, self.updated, self.unchanged, 0, 0)
        if came != wanted:
            raise AssertionError(
                f"created, updated, unchanged, merged, failed: {came}, laid as {wanted};"
                f" {receipt.problems[:3]}"
            )


def write(rows: int, *, size: int) -> Laid:
    """Write `rows` contacts for an organization of `size`; every other known one changes."""
    count = min(rows // 2, size)
    known = [_known(at, person(at * (size // count), size=size)) for at in range(count)]
    new = [_new(n, size=size) for n in range(rows - count)]
    changed = sum(row[-1] == PROMOTED for row in known)
    # Known and new take turns, as in a file that somebody keeps adding to.
    mixed = [row for pair in zip(known, new, strict=False) for row in pair] + new[count:]
    file = StringIO()
    csv.writer(file).writerows([HEADER, *mixed])
    return Laid(file.getvalue(), len(new), changed, len(known) - changed)


def _known(at: int, who: Person) -> list[str]:
    sign = SIGNS[at // 2 % len(SIGNS)]
    signs = {name: getattr(who, name) for name in (sign,) if name != "name"}
    return [
        signs.get("external_id", ""),
        *(who.first, who.last),
        signs.get("email", ""),
        signs.get("phone", ""),
        company(who.firm),
        PROMOTED if at % 2 else JOB,
    ]


def _new(n: int, *, size: int) -> list[str]:
    """Somebody new, at a company we know or, one in ten, at a new one."""
    firm = size + n // 10 % NEW_FIRMS if n % 10 == 0 else n % count_firms(size)
    who = Person(
        external_id=f"N-{n}",
        first="Neu",
        last=f"Person {n}",
        email=f"neu.{n}@{domain(firm)}",
        phone=f"+49 40 {10_000_000 + n}",
        firm=firm,
    )
    return [*astuple(who)[:-1], company(firm), JOB]
