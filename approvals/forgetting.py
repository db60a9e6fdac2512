"""What was asked about somebody goes when they are erased; that somebody decided stays."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Q

from approvals.models import Approval
from audit import erasure as erasing
from crm import erasure


@erasure.forgets
def forget(refs: Collection[str]) -> list[Approval]:
    """Delete the approvals about what is forgotten, and those that carry its text."""
    carrying = [Q(shown__taints__contains=[{"source": ref}]) for ref in refs]
    about = Approval.objects.filter(reduce(or_, carrying, Q(target__in=refs) | Q(contact__in=refs)))
    gone = list(about)
    with erasing.allowed():
        about.delete()
    return gone
