"""Answers and questions that are kept go when they speak of somebody who is erased."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from agents.models import Call, Question
from crm import erasure


@erasure.forgets
def forget(refs: Collection[str]) -> list[Call]:
    """Delete them; a repeat is a call of its own again. The ledger has none of them."""
    named = reduce(or_, (Q(text__contains=f'"{ref}"') for ref in refs))
    Call.objects.annotate(text=Cast("answer", TextField())).filter(named).delete()
    for column in ("inputs", "answers", "call", "outcome"):
        Question.objects.annotate(text=Cast(column, TextField())).filter(named).delete()
    return []
