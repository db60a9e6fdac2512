"""Whether what a condition says is so: if she has no open task."""

from dataclasses import replace

from agents.language.frames import Frame, Unclear
from agents.language.organization import sets
from agents.language.organization.sets import Set
from agents.language.words import lexicon


def trim(frame: Frame) -> int:
    end = frame.end
    changed = True
    while changed and end > frame.at:
        changed = False
        if frame.tokens[end - 1].kind == "mark" and frame.low(end - 1) not in (")",):
            end, changed = end - 1, True
        for tail in lexicon.TAILS:
            size = len(tail)
            if end - size > frame.at and frame.scope.words.find(
                frame.tokens[:end], end - size, ["value", "stage", "tag"]
            ):
                continue
            if (
                end - size > frame.at
                and tuple(each.low for each in frame.tokens[end - size : end]) == tail
            ):
                end, changed = end - size, True
    return end


def holds_now(frame: Frame, *, before: tuple[int, int] | None = None) -> tuple[bool, Set | None]:
    """Return whether what a clause says is so, and of whom it speaks."""
    end = trim(frame)
    at = frame.at
    if before is not None:
        inner = _people_in(frame, *before)
        if inner is not None:
            frame.scope.sets.append(inner)
    existing = frame.lows(at, 2) in (("there", "are"), ("there", "is"))
    if existing:
        at += 2
    from agents.language.description.readers import MORE

    wanted = None
    low = frame.lows(at, 4)
    for said, op in MORE:
        if existing and low[: len(said)] == said:
            from agents.language.words import amounts

            counted = amounts.count(frame.tokens, at + len(said))
            if counted:
                at, wanted = counted[0], (op, counted[1])
    denied = existing and frame.low(at) in ("no", "not")
    at += denied
    of = frame.read(at, end)
    frame.check_understood(of)
    kind = _kind_of_condition(frame, of)
    subject = replace(of, plural=True, all=True)
    if of.pronoun:
        rows_of = _spoken(frame, of)
        for ref in rows_of:
            subject.ref_ids.setdefault(ref.partition(":")[0], []).append(int(ref.partition(":")[2]))
        subject.pronoun = ""
    try:
        count = sets.query(subject, kind, frame.scope.by).count()
    except sets.Unfit:
        raise Unclear("Can you say the condition in other words?") from None
    if wanted is not None:
        import operator

        compare = {
            ">": operator.gt,
            ">=": operator.ge,
            "<": operator.lt,
            "<=": operator.le,
            "=": operator.eq,
        }[wanted[0]]
        return compare(count, wanted[1]), of
    return (count == 0) if denied else (count > 0), of


def _spoken(frame: Frame, of: Set) -> list[str]:
    for earlier in reversed(frame.scope.sets):
        if earlier.names:
            return [f"{name.kind}:{pk}" for name in earlier.names for pk in name.ids]
    known = [ref for ref in frame.antecedents(of.pronoun) if not ref.startswith("$")]
    if not known:
        raise Unclear("Whom do you mean?", join="")
    return known


def _people_in(frame: Frame, at: int, end: int) -> Set | None:
    for i in range(at, end):
        coded = (
            frame.scope.names.code(frame.tokens[i].text) if frame.tokens[i].kind == "code" else None
        )
        if coded is not None:
            return Set(names=[coded], text=coded.text)
        if frame.tokens[i].is_capital or frame.tokens[i].kind in ("code", "email"):
            found = frame.scope.names.contact(frame.tokens[:end], i, end)
            if found and len(found[1].ids) == 1:
                return Set(names=[found[1]], text=found[1].text)
    return None


def _kind_of_condition(frame: Frame, of: Set) -> str:
    if of.kind:
        return of.kind
    atoms = list(of.every_atom())
    if any(
        atom.on == "position" or (atom.on == "state" and atom.name != "unowned") for atom in atoms
    ):
        return "position"
    if of.pronoun and any(atom.on == "any" for atom in atoms):
        known = _spoken(frame, of)
        return known[0].partition(":")[0]
    return "contact"
