"""What is kept of calls and of reading goes when it speaks of somebody who is erased."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from agents.models import Call, Reading
from crm import erasure


@erasure.forgets
def forget(refs: Collection[str]) -> list[Call]:
    """
    Delete answers kept for a repeat, which is a call of its own again, and what agents read.

    The ledger has none of them.
    """
    Reading.objects.filter(source__in=refs).delete()
    named = reduce(or_, (Q(text__contains=f'"{ref}"') for ref in refs))
    Call.objects.annotate(text=Cast("answer", TextField())).filter(named).delete()
    return []
