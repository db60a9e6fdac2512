"""What approvals are called, and what of them people are told when they change."""

from approvals.models import Approval
from audit import wording

# What an approval was judged on stands on its own page, and is the machine's.
wording.tell_only(
    "approvals_approval",
    (
        "status",
        "expires_at",
        "decision",
        "decided_by_id",
        "decided_at",
        "note",
        "ended_because",
        "lifted_at",
        "lifted_by_id",
    ),
)


@wording.names("approvals_approval")
def find_names(ids: list[int]) -> dict[int, str]:
    """Return what approvals are called, for the ledger's sentences: by what they would do."""
    titles = Approval.objects.filter(pk__in=ids).values_list("pk", "shown__title")
    return {pk: title for pk, title in titles if title}
