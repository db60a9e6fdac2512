"""Tags, put on and taken off."""

from dataclasses import replace

from agents.language.frames import Frame, Unclear
from agents.language.organization.sets import Set
from agents.language.words import lexicon
from agents.language.words.wording import bag


def tag(frame: Frame) -> None:
    """Tag records; label them."""
    quoted = [i for i in range(frame.at + 1, frame.end) if frame.tokens[i].kind == "quote"]
    if quoted and _goes_without(frame, quoted):
        return _tag_quoted(frame, quoted)
    marker = next(
        (i for i in range(frame.end - 1, frame.at, -1) if frame.low(i) in ("as", "with", ":")), None
    )
    if marker is not None:
        tags = read_tags(frame, marker + 1, frame.end)
        return retag(frame, frame.read(frame.at, marker), tags, [])
    for at in range(frame.at + 1, frame.end):
        found = frame.scope.words.find(frame.tokens[: frame.end], at, ["tag"])
        if (found and found[0][0] >= frame.end) or frame.tokens[at].kind == "quote":
            return retag(frame, frame.read(frame.at, at), read_tags(frame, at, frame.end), [])
    for at in range(frame.end - 1, frame.at, -1):
        of = frame.read(frame.at, at)
        if (of.names or of.says()) and not of.unknown and frame.tokens[at].kind == "word":
            return retag(frame, of, read_tags(frame, at, frame.end), [])
    frame.check_understood(frame.read(frame.at, frame.end))
    raise Unclear("With which tag?", join="with")


def _goes_without(frame: Frame, quoted: list[int]) -> bool:
    """Whether beside quoted tags only who is meant is said: after them, at most who is not."""
    after = frame.low(quoted[-1] + 1) if quoted[-1] + 1 < frame.end else ""
    after = frame.low(quoted[-1] + 2) if after == "," else after
    between = range(quoted[0], quoted[-1])
    together = all(i in quoted or frame.low(i) in bag("and , &") for i in between)
    return together and after in bag("but except apart") | {""}


def _tag_quoted(frame: Frame, quoted: list[int]) -> None:
    tags = read_tags(frame, quoted[0], quoted[-1] + 1)
    end = quoted[0] - (frame.low(quoted[0] - 1) in ("as", "with", ":"))
    tokens = [*frame.tokens[:end], *frame.tokens[quoted[-1] + 1 : frame.end]]
    retag(frame, replace(frame, tokens=tokens).read(frame.at, len(tokens)), tags, [])


def untag(frame: Frame) -> None:
    """Take tags off."""
    marker = frame.find("from") or frame.find("off")
    if marker is None:
        raise Unclear("Which tag, and from whom?", join="from")
    known = frame.scope.words.find(frame.tokens[: frame.end], marker + 1, ["tag"])
    if known and known[0][0] == frame.end:
        return retag(
            frame, frame.read(frame.at, marker), [], read_tags(frame, marker + 1, frame.end)
        )
    retag(frame, frame.read(marker + 1, frame.end), [], read_tags(frame, frame.at, marker))


def retag(frame: Frame, of: Set, add: list[str], remove: list[str]) -> None:
    rows = frame.rows(of, "contact")
    arguments = {name: tags for name, tags in (("add", add), ("remove", remove)) if tags}
    said = ", ".join([*add, *remove])
    frame.apply(
        "tag_contact", "contact", rows, arguments, f"tag {said} {'put on' if add else 'taken off'}"
    )


def read_tags(frame: Frame, at: int, end: int) -> list[str]:
    """Return the tags named: as they are spelt where they exist."""
    while at < end and frame.low(at) in bag("the a tag tags label labels as"):
        at += 1
    while end > at and (
        frame.tokens[end - 1].kind == "mark"
        or frame.low(end - 1) in (*lexicon.FILLERS, "tag", "tags", "label")
    ):
        end -= 1
    found, start = [], at
    while start < end:
        stop = next((i for i in range(start, end) if frame.low(i) in ("and", ",", "&")), end)
        if stop > start:
            known = [
                term
                for last, term in frame.scope.words.find(frame.tokens[:stop], start, ["tag"])
                if last == stop
            ]
            found.append(str(known[0].value) if known else frame.text(start, stop))
        start = stop + 1
    if not found:
        raise Unclear("Which tag?", join="")
    return found
