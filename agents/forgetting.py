"""
Answers and questions that are kept go when they speak of somebody who is erased, and so does what
was said in a turn of a conversation that came upon them.
"""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from agents.models import Call, Conversation, Job, Question, Reading, Step
from crm import erasure

FORGOTTEN = "(forgotten)"


@erasure.forgets
def forget(refs: Collection[str]) -> list[Conversation]:
    """
    Delete such answers, whose repeat is a call of its own again, and blank such turns; delete what
    agents read of them.

    :return: the conversations, whose titles the ledger knows
    """
    Reading.objects.filter(source__in=refs).delete()
    named = reduce(or_, (Q(kept__contains=f'"{ref}"') for ref in refs))
    Call.objects.annotate(kept=Cast("answer", TextField())).filter(named).delete()
    for column in ("inputs", "answers", "call", "outcome"):
        Question.objects.annotate(kept=Cast(column, TextField())).filter(named).delete()
    return _forget_turns(named)


def _forget_turns(named: Q) -> list[Conversation]:
    steps = Step.objects.annotate(kept=Cast("answer", TextField())).filter(named)
    jobs = list(steps.values_list("job_id", flat=True))
    Step.objects.filter(job__in=jobs).update(text="", calls=[], arguments={}, answer={}, more={})
    Job.objects.filter(pk__in=jobs).update(said=FORGOTTEN, asked=[], partial="", error="")
    spoken_in = list(Conversation.objects.filter(jobs__in=jobs).distinct())
    Conversation.objects.filter(pk__in=[each.pk for each in spoken_in]).update(title=FORGOTTEN)
    return spoken_in
