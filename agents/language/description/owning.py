"""Whose records are, what there is to do about them, and which tags they carry."""

from agents.language.description.doing import Doing
from agents.language.organization.sets import Atom
from agents.language.words import amounts
from agents.language.words.wording import bag, sayings

OWNED = sayings(
    "owned by, assigned to, looked after by, handled by, managed by, "
    "belonging to, belong to, belongs to, held by, run by, led by, "
    "taken care of by, worked on by, given to, allocated to, under, "
    "in the hands of, covered by, the responsibility of, served by, "
    "supervised by, with owner, on the plate of, tended by, cared for by, "
    "where the owner is, whose owner is, represented by"
)
OWNS = sayings(
    "owns, own, has, have, handles, handle, manages, manage, looks after, "
    "look after, is responsible for, am responsible for, is in charge of, "
    "is working on, takes care of, holds, is handling, looked after, runs, "
    "works on, covers, leads, is looking after"
)
NOBODY = bag("nobody anybody anyone noone none")
DEALT = bag("resolved closed finished solved done completed decided dealt fixed answered settled")
THINGS = bag("nothing anything something none")
TO_DO = bag("already to is still else yet left open planned scheduled due pending outstanding do"
            " in our for the")  # fmt: skip


class Owning(Doing):
    """What is said of owners, tasks and tags."""

    def _owner(self) -> bool:
        at = self.at
        if self.starts("not", "assigned") and not self.starts("not", "assigned", "to"):
            self.at += 2
            return self.put(Atom("state", "unowned"))
        if self.starts("not", "assigned", "to") and self.low(3) in (*NOBODY, "any"):
            self.at += 4
            return self.put(Atom("state", "unowned"))
        if self._nobodys():
            return True
        for said in OWNED:
            if self.starts(*said):
                after = at + len(said)
                if after < self.end and self.tokens[after].low in NOBODY | {"no"}:
                    self.at = after + 1 + (self.tokens[after].low == "no")
                    return self.put(Atom("state", "unowned"))
                if found := self._member(after):
                    self.at = found[0]
                    return self.put(self._owned(*found[1]))
        skip = at + (self.tokens[at].low in bag("that which who whom is am are"))
        found = self._member(skip)
        if found and (late := self._late(found[0])):
            self.at, self.set.kind = late, self.set.kind or "task"
            return self.put(self._owned(*found[1])) and self.put(Atom("state", "overdue"))
        if found and (skip > at or self.set.noun):
            for said in OWNS:
                if tuple(each.low for each in self.tokens[found[0] : found[0] + len(said)]) == said:
                    self.at = found[0] + len(said)
                    return self.put(self._owned(*found[1]))
        if self.low() in bag("of for by with on") and (found := self._member(at + 1)):
            people = self.scope.names.contact(self.tokens, at + 1, self.end)
            if people is None or (people[0] <= found[0] and not people[1].whole):
                self.at = found[0]
                return self.put(self._owned(*found[1]))
        return False

    def _late(self, at: int) -> int | None:
        """Return where “is late with” ends."""
        at += at < self.end and self.tokens[at].low in ("is", "am", "are")
        said = tuple(each.low for each in self.tokens[at : min(at + 2, self.end)])
        late = said[:1] in (("late",), ("behind",)) and said[1:] in (("with",), ("on",), ())
        return at + len(said) if late else None

    def _nobodys(self) -> bool:
        ways = sayings(
            "without an owner, without a owner, without owner, no owner, "
            "with no owner, with nobody assigned, nobody owns, no one owns, "
            "that nobody owns, not owned, lacking an owner, missing an owner, "
            "without anyone assigned, with no one assigned, nobody looks after, "
            "no one looks after, nobody is responsible for"
        )
        for said in ways:
            if self.starts(*said):
                self.at += len(said)
                return self.put(Atom("state", "unowned"))
        alone = self.low() == "nobody" or self.starts("no", "one")
        at = (
            1
            + (self.low() == "no")
            + (self.low(1 + (self.low() == "no")) in ("has", "have", "had"))
        )
        if not alone or self.low(at) not in DEALT:
            return False
        self.at += at + 1
        return self.put(Atom("state", "open"))

    def _tasks(self) -> bool:
        """With or without open tasks."""
        at, denied = self._skip_words(
            self.at,
            bag(
                "with have has who that any a an having do got does whose are there is anything"
                " something"
            ),
        )
        if at == self.at or self.set.kind == "task":
            return False
        if self._anything(at, denied):
            return True
        op, number, plain = ">=", 1, at
        if found := self._compare_words(at):
            plain, op = found
        if counted := amounts.count(self.tokens, plain):
            plain, number = counted
            op = op if found else "="
        kind = "open_tasks"
        while plain < self.end and self.tokens[plain].low in bag(
            "open pending outstanding overdue unfinished active due late"
        ):
            kind = "overdue_tasks" if self.tokens[plain].low in ("overdue", "late") else kind
            plain += 1
        if plain >= self.end or self.tokens[plain].stem not in ("task", "todo", "remind"):
            return False
        self.at = plain + 1
        while (
            self.low() in bag("open assigned at all left outstanding pending")
            and self.at < self.end
        ):
            self.at += 1
        denied = denied or self.turned
        self.turned = False
        return self.put(
            Atom("contact", kind, "=", 0) if denied else Atom("contact", kind, op, number)
        )

    def _anything(self, at: int, denied: bool) -> bool:
        """Something planned, nothing open to do: tasks, without their name."""
        first = self.at
        while first < at and self.tokens[first].low not in THINGS:
            first += 1
        if first == at:
            first = at
            if at >= self.end or self.tokens[at].low not in THINGS:
                return False
        denied = denied or self.tokens[first].low in ("nothing", "none")
        end, said = first + 1, False
        while end < self.end and self.tokens[end].low in TO_DO:
            said = said or self.tokens[end].low in TO_DO - bag("already to is still else yet left")
            end += 1
        if end < self.end and self.tokens[end].stem in ("task", "todo"):
            end, said = end + 1, True
        if not said:
            return False
        self.at, self.turned = end, False
        return self.put(Atom("contact", "open_tasks", *(("=", 0) if denied else (">=", 1))))

    def _membership(self) -> bool:
        for said in sayings(
            "in any pipeline, on any board, in a pipeline, on a board, in any board"
        ):
            if self.starts(*said):
                self.at += 3
                return self.put(Atom("position", "pipeline", "is_not_empty"))
        for said in sayings("in no pipeline, on no board, without a pipeline"):
            if self.starts(*said):
                self.at += 3
                return self.put(Atom("position", "pipeline", "is_empty"))
        return False

    def _tag(self) -> bool:
        at = self.at
        for said in sayings(
            "tagged as, tagged with, tagged, labelled as, labelled, labeled, "
            "with the tag, with tag, with a, having the tag, carrying the tag, "
            "with the label, with the tags, who have the tag, that have the tag"
        ):
            if self.starts(*said):
                after = at + len(said)
                found = self.scope.words.find(self.tokens, after, ["tag"])
                if found and not (said == ("with", "a") and self._names_field(after)):
                    self.at = found[0][0]
                    self.at += self.low() in ("tag", "label")
                    return self.put(Atom("contact", "tags", "contains", found[0][1].value))
        return False

    def _names_field(self, at: int) -> bool:
        """Whether a word is a field's as well as a tag: with a scholarship."""
        found = self.scope.words.find(self.tokens, at, ["field"])
        return any(term.name.startswith("custom.") for _, term in found)
