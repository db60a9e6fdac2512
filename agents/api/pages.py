"""Lists by keyset, the latest first: `{"results": […], "next": …}`."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from rest_framework.response import Response

SIZE = 50


def answer(
    rows: QuerySet[Any], *, after: int | None, show: Callable[[list[Any]], list[Any]]
) -> Response:
    """
    Return one page of `rows`, each as `show` has it.

    :param after: what the page before said is next
    """
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: SIZE + 1])
    page = found[:SIZE]
    following = str(page[-1].pk) if len(found) > SIZE else None
    return Response({"results": show(page), "next": following})
