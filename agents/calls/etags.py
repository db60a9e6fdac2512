"""
ETags: strong validators of what somebody was shown, and whether it is still so.

A tag is made of everything that is shown, so that it changes whenever any of it does, and only
then: fields, own fields and links, as far as that caller may see them.
"""

import hashlib
import json
import re
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from agents.records import objects
from audit.actions import Refusal
from audit.actors import Actor
from crm import objects as kinds
from crm import refs
from pipelines.models import Stage

ANY = "*"
_TAG = re.compile(r'(W/)?"([!#-~]*)"')
_SEVERAL = re.compile(rf"\s*{_TAG.pattern}(\s*,\s*{_TAG.pattern})*\s*")


class NoLongerAsRead(Refusal):
    """What this call is about is no longer as it was read."""

    http = 412


class NoTags(Refusal):
    """These are no ETags; send one as an answer had it."""

    http = 400


def of(shown: Any) -> str:
    """Return the strong validator of a representation."""
    text = json.dumps(shown, sort_keys=True, cls=DjangoJSONEncoder)
    return f'"{hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]}"'


def matches(header: str, tag: str, *, weakly: bool = False) -> bool:
    """
    Say whether `tag` is among those of an If-Match or, compared weakly, an If-None-Match header.

    :raises NoTags: if the header has another form than RFC 9110 gives it
    """
    if header.strip() == ANY:
        return True
    if _SEVERAL.fullmatch(header) is None:
        raise NoTags(f'{header[:80]} names no ETag; one looks like "5d41402abc4b2a76".')
    named = {value for weak, value in _TAG.findall(header) if weakly or not weak}
    return tag.strip('"') in named


def check(header: str, subject: models.Model | None, *, by: Actor) -> None:
    """
    Check an If-Match header against what a call is about, and hold that as it is.

    The row is locked before it is read: whoever would change it meanwhile waits, and whoever did so
    first is seen.

    :raises NoLongerAsRead: if it has changed since, or the call is about no object that exists;
        says how it stands
    :raises NoTags: if the header has another form
    """
    kind = _kind_of(subject)
    if subject is None or kind is None:
        matches(header, "")
        raise NoLongerAsRead("This call is about no object that exists, so If-Match cannot hold.")
    if isinstance(subject, Stage):
        refs.lock(subject.pipeline)  # before its stages, as whoever orders them does
    refs.lock(subject)
    ref = f"{kind}:{subject.pk}"
    shown = objects.get(ref, by=by)
    tag = of(shown.model_dump(mode="json"))
    if not matches(header, tag):
        raise NoLongerAsRead(
            f"{ref}, {shown.name}, is no longer as you read it. Read it again, and decide anew.",
            target=ref,
            etag=tag,
            updated_at=shown.updated_at,
        )


def _kind_of(subject: models.Model | None) -> str | None:
    """Return of which kind of object a row is; None of what is none, or does not exist yet."""
    if subject is None or subject.pk is None:
        return None
    known = (kind for kind in kinds.find_kinds() if refs.get_model(kind) is type(subject))
    return next(known, None)
