"""By what figures are told apart: per owner, over the sections, by how they heard about us."""

from agents.language.description.picking import PLAIN
from agents.language.frames import Frame
from agents.language.organization import meanings
from agents.language.words import lexicon
from agents.language.words.wording import bag, sayings

SPANS = {
    "day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year",
    "monthly": "month", "weekly": "week", "daily": "day", "days": "day", "weeks": "week",
    "months": "month", "quarters": "quarter", "years": "year",
}  # fmt: skip
PEOPLE = bag(
    "owner owners consultant consultants advisor adviser advisors broker brokers manager managers "
    "coach coaches specialist colleague colleagues rep reps salesperson salespeople recruiter "
    "agent agents negotiator teammate teammates person assignee assignees member members who "
    "recruiters negotiators employee employees handler handlers user users us team caseworker "
    "caseworkers fundraiser fundraisers solicitor counsellor counsellors seller sellers"
)
# What stands before the thing by which figures are told apart.
BY = sayings(
    "per, by, grouped by, broken down by, broken down per, split by, split per, split up by, "
    "for each, for every, in each, in every, at each, from each, from every, of each, to each, "
    "on each, each, with each, under each, across the, across our, across all, over the, "
    "over our, between the, among the, according to, sorted by, divided by, separated by, "
    "by each, depending on, based on"
)
EACH_OF_US = sayings(
    "does each of us have, do each of us have, does everyone have, does everybody have, "
    "each of us, "
    "does everybody in the team have, does everyone in the team have, does each colleague have, "
    "has each of us, does each one of us have, each one of us, everyone in the team"
)
SPREAD = bag(
    "spread distributed distribution split divided broken breakdown break fall falls shared "
    "distribute spreads divide spreading"
)


def find_group(frame: Frame) -> tuple[str, str, set[int]]:
    """Return by what figures are told apart, how wide groups of time are, and which tokens say."""
    for said in EACH_OF_US:
        for at in range(frame.at, frame.end):
            if frame.lows(at, len(said)) == said:
                return "any.owner", "", set(range(at, at + len(said)))
    if apart := _each_of_them(frame):
        return apart[0], "", apart[1]
    spread = any(frame.low(at) in SPREAD for at in range(frame.at, frame.end))
    for at in range(frame.at, frame.end):
        low = frame.low(at)
        fielded = frame.scope.words.find(frame.tokens[: frame.end], at, ["field"])
        if low in ("monthly", "weekly", "daily") and at + 1 >= frame.end - 1 and not fielded:
            return "when", SPANS[low], {at}
        for said in sorted(BY, key=len, reverse=True):
            if frame.lows(at, len(said)) != said or not _groups(frame, at, said, spread):
                continue
            if _is_in_label(frame, at):
                break
            start = at + len(said)
            while frame.low(start) in bag("each the our every of different"):
                start += 1
            found = group_path(frame, start)
            if found is not None and not _orders(frame, said, start):
                lead = {i for i in range(frame.at, frame.end) if frame.low(i) in SPREAD}
                lead |= {i for i in range(frame.at, at) if frame.low(i) in ("down", "out")}
                return found[0], found[1], set(range(at, found[2])) | lead
            break
    return "", "", set()


def _each_of_them(frame: Frame) -> tuple[str, set[int]] | None:
    """How many do Linnea and Tomasz have, each: by what those that are named differ in."""
    end = frame.end
    while end > frame.at and frame.tokens[end - 1].kind == "mark":
        end -= 1
    if frame.low(end - 1) not in bag("each apiece individually respectively separately"):
        return None
    several = [atom for atom in frame.read(frame.at, end - 1).atoms if atom.op == "in"]
    on = f"{several[0].on}.{several[0].name}" if len(several) == 1 else ""
    return (on, set(range(end - 1, frame.end))) if on else None


def _is_in_label(frame: Frame, at: int) -> bool:
    """Whether a word is a part of what a field is called: kilos per week."""
    return any(
        end > at
        for start in range(max(frame.at, at - 3), at)
        for end, _ in frame.scope.words.find(frame.tokens[: frame.end], start, ["field"])
    )


def _orders(frame: Frame, said: tuple[str, ...], start: int) -> bool:
    """Whether “by premium” says in which order the first few are, and parts nothing."""
    if said != ("by",) or not any(
        frame.low(at) in bag("top most least fewest bottom") | set(PLAIN)
        for at in range(frame.at, start)
    ):
        return False
    fields = frame.scope.words.find(frame.tokens[: frame.end], start, ["field"])
    return any(term.type in ("number", "money", "date", "moment") for _, term in fields)


def _groups(frame: Frame, at: int, said: tuple[str, ...], spread: bool) -> bool:
    """Whether such words part figures here: over the sections, where they are spread."""
    if said[0] in bag("over between among across according based depending"):
        return spread or said == ("across", "all")
    if said == ("each",):
        return frame.low(at - 1) in ("for", "in", "at", "on") or at + 2 >= frame.end
    listed = frame.low(frame.at) in ("which", "who") and not any(
        frame.low(i) in bag("many much total sum average most least") for i in range(frame.at, at)
    )
    if said == ("by",) and listed:
        return False  # which clients pay by direct debit
    owned = bag("owned handled managed held looked after assigned led covered done")
    return not (said == ("by",) and frame.low(at - 1) in owned)


def group_path(frame: Frame, at: int) -> tuple[str, str, int] | None:
    """Return a field by which things are told apart, how wide its groups are, where it ends."""
    word = frame.low(at)
    if word in SPANS:
        return "when", SPANS[word], at + 1
    if word in PEOPLE or frame.lows(at, 2) in (("sales", "rep"), ("sales", "person")):
        return "any.owner", "", at + 1 + (word == "sales")
    fields = frame.scope.words.find(frame.tokens[: frame.end], at, ["field"])
    declared = [each for each in fields if each[1].name.startswith("custom.")]
    for known, path in (
        ("stage stages column columns phase phases status step steps", "position.stage"),
        ("pipeline pipelines board boards process processes", "position.pipeline"),
        ("company companies account accounts firm firms organisation organization employer",
         "contact.company"),
        ("tag tags label labels", "contact.tags"),
        ("outcome outcomes result results", "position.outcome"),
    ):  # fmt: skip
        if word in bag(known) and not declared:
            return path, "", at + 1
    if not fields:
        return _verb_path(frame, at) if word in ("how", "where", "what") else None
    end, term = (declared or fields)[0]
    if frame.low(end) == "of" and lexicon.noun(frame.low(end + 1)) == term.on:
        end += 2
    return f"{term.on}.{term.name}", "", end


def _verb_path(frame: Frame, at: int) -> tuple[str, str, int] | None:
    """Return the field that a clause is about: by how they heard about us."""
    for place in range(at + 1, min(at + 4, frame.end)):
        fields = meanings.fields_of(frame.low(place), frame.scope.words)
        if fields:
            end = place + 1
            while frame.low(end) in bag("about us from to of in for on"):
                end += 1
            return f"{fields[0].on}.{fields[0].name}", "", end
    return None
