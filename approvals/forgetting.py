"""What was asked about somebody goes when they are erased; that somebody decided stays."""

from collections.abc import Collection

from django.db.models import Q

from approvals.models import Approval
from audit import erasure as erasing
from crm import erasure


@erasure.forgets
def forget(refs: Collection[str]) -> list[Approval]:
    """Delete the approvals about what is forgotten."""
    about = Approval.objects.filter(Q(target__in=refs) | Q(contact__in=refs))
    gone = list(about)
    with erasing.allowed():
        about.delete()
    return gone
