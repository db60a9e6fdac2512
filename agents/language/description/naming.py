"""Who and what is named: by name, by a pronoun, by a number, by whose it is."""

from dataclasses import replace

from agents.language.description.placing import Placing
from agents.language.organization.names import Named
from agents.language.words import amounts, lexicon
from agents.language.words.fillers import JOINING, NEGATIONS, SKIPPED, SMALL
from agents.language.words.tokens import Token
from agents.language.words.wording import bag


class Naming(Placing):
    """What is said of single records."""

    def _bound(self) -> bool:
        """What was asked about and settled."""
        for size in range(min(16, self.end - self.at), 0, -1):
            said = " ".join(each.low for each in self.tokens[self.at : self.at + size])
            if said in self.scope.bound:
                chosen = self.scope.bound[said]
                for ref in chosen:
                    kind, _, pk = ref.partition(":")
                    self.set.names.append(Named(kind, said, (int(pk),)))
                self.at += size
                return True
        return False

    def _pronoun(self) -> bool:
        low, rest = self.low(), self.tokens[self.at : self.end]
        alone = len(rest) == 1
        if low == "of" and self.low(1) in ("them", "these", "those") and not self._says():
            self.set.pronoun, self.set.plural = "many", True
            self.at += 2
            return True
        if low == "the" and self.low(1) in lexicon.ORDINALS and self._names_place(2):
            self.set.pronoun = f"at:{lexicon.ORDINALS[self.low(1)]}"
            self.at += 2 + (self.low(2) in ("one", "ones"))
            return True
        if low in lexicon.ORDINALS and alone:
            self.set.pronoun = f"at:{lexicon.ORDINALS[low]}"
            self.at += 1
            return True
        if self.starts("the", "other", "one") or (self.starts("the", "other") and len(rest) == 2):
            self.set.pronoun = "rest"
            self.at = min(self.at + 3, self.end)
            return True
        if (
            self.starts("the", "rest")
            or self.starts("the", "others")
            or self.starts("the", "other", "ones")
        ):
            self.set.pronoun, self.set.plural = "rest", True
            self.at = self.end if len(rest) <= 3 else self.at + 2
            return True
        if low in bag("them him her it both he she they hers") and not self.set.says():
            if low == "her" and not alone:
                return False
            if low == "both" and not alone:
                return False
            self.set.pronoun = lexicon.PRONOUNS[low]
            self.set.plural = self.set.plural or low in ("them", "both", "they")
            self.at += 1
            if self.low() in ("all", "both") and self.at < self.end:
                self.at += 1
            return True
        if (
            low in ("that", "this", "these", "those")
            and (alone or self._noun_follows() or (low in ("these", "those") and self._verb_next()))
            and not self.set.says()
        ):
            self.set.pronoun = {"these": "many", "those": "many"}.get(low, "it")
            self.set.plural = low in ("these", "those")
            self.at += 1
            return True
        return False

    def _says(self) -> bool:
        """Whether records are described already, so that “of those” is of others."""
        of = self.set
        return bool(of.atoms or of.either or of.names or of.ref_ids or of.noun or of.pronoun)

    def _names_place(self, ahead: int) -> bool:
        """Whether `the first` is a place in a list: followed by one, or by nothing."""
        at = self.at + ahead
        return at >= self.end or self.tokens[at].low in ("one", "ones")

    def _noun_follows(self) -> bool:
        after = self.tokens[self.at + 1] if self.at + 1 < self.end else None
        return after is not None and after.stem in lexicon.NOUN_STEMS and after.low != "who"

    def _verb_next(self) -> bool:
        """Whether those do something: those have no date; not those in Berlin."""
        return self.low(1) in bag("have had are were do did will would can could should")

    def _quantity(self) -> bool:
        """All, every, any of, the first three, two of."""
        low = self.low()
        if low in bag("all every each everything everyone everybody any anyone whichever"):
            self.set.all = self.set.plural = True
            self.at += 1
            if low.startswith(("everyone", "everybody", "anyone")):
                self.set.kind = self.set.kind or "contact"
                self.set.noun = low
            return True
        counted = amounts.count(self.tokens, self.at)
        if counted and counted[0] < self.end and self._counts_rows(counted[0]):
            self.at, self.set.limit = counted
            if self.set.pick:
                self.set.pick = replace(self.set.pick, limit=counted[1])
            self.set.plural = self.set.plural or self.set.limit > 1
            return True
        return False

    def _counts_rows(self, at: int) -> bool:
        """Whether a number counts records: two deals, five of them; not 3 bedrooms."""
        token = self.tokens[at]
        if token.low in bag("of oldest newest biggest largest most smallest"):
            return True
        if self.scope.words.find(self.tokens, at, ["field"]) and token.stem not in lexicon.GENERIC:
            return False
        return token.stem in lexicon.NOUN_STEMS and not self.set.limit

    def _reference(self) -> bool:
        token = self.tokens[self.at]
        if token.kind == "ref":
            kind, _, pk = token.low.partition(":")
            self.set.names.append(Named(kind, token.text, (int(pk),), labels=(token.text,)))
        elif token.kind == "email":
            members = self.scope.words.terms.get(token.low, [])
            if members:
                return self.put(self._owned(members[0].ref)) and self.step()
            named = self.scope.names.email(token.text)
            if named is None:
                return False
            self.set.names.append(named)
        elif token.kind in ("code", "number") and (token.kind == "code" or len(token.low) >= 4):
            named = self.scope.names.code(token.text) or self.scope.names.code(f"#{token.text}")
            if named is None:
                return False
            self.set.names.append(named)
        else:
            return False
        return self.step()

    def _whole_name(self) -> bool:
        """The whole name of somebody, before any word of it is taken for something else."""
        token = self.tokens[self.at]
        if token.kind not in ("word", "quote") or (
            token.kind == "word" and self.at + 1 >= self.end
        ):
            return False
        if token.kind == "word" and token.low in SKIPPED | JOINING | NEGATIONS | SMALL:
            return False
        found = self.scope.names.contact(self.tokens, self.at, self.end)
        if found and found[1].whole and (found[0] - self.at > 1 or token.kind == "quote"):
            members = self.scope.words.find(self.tokens, self.at, ["member"])
            if members and members[0][0] >= found[0]:
                return False
            return self._add_name(found)
        firm = self.scope.names.company(self.tokens, self.at, self.end)
        if firm and firm[1].whole and (firm[0] - self.at > 1 or token.kind == "quote"):
            return self._add_name(firm)
        return False

    def _add_name(self, found: tuple[int, Named]) -> bool:
        self.at = found[0]
        if self.turned:
            self.set.without.append(found[1])
            self.turned = self.excepting
        else:
            self.set.names.append(found[1])
        self.join = ""
        return True

    def _possessive(self) -> bool:
        """Tom's deals, my tasks, her card, their deals."""
        low = self.low()
        if (low == "my" and self.at + 1 < self.end) or low == "mine":
            return self.put(self._owned(self.scope.me)) and self.step()
        if low in ("their", "his", "her", "its") and self.at + 1 < self.end:
            return self._possessed(low)
        members = self.scope.words.find(self.tokens, self.at, ["member"])
        if not members:
            return False
        end = members[0][0]
        if end >= self.end or self.tokens[end].kind != "possessive":
            return False
        refs = sorted({term.ref for _, term in members})
        if self._is_of_contact(end) and self.scope.names.contact(self.tokens, self.at, self.end):
            return False
        self.at = end + 1
        return self.put(self._owned(*refs))

    def _is_of_contact(self, end: int) -> bool:
        """
        Whether what follows a possessive is one thing of a person: Tom's deal, not Tom's deals.
        """
        after = [each for each in self.tokens[end + 1 : self.end] if each.kind == "word"]
        nouns = [each for each in after if each.stem in lexicon.NOUN_STEMS or self._is_board(each)]
        return bool(nouns) and not is_plural(nouns[0])

    def _is_board(self, token: Token) -> bool:
        return bool(self.scope.words.find([token], 0, ["pipeline"]))

    def _possessed(self, low: str) -> bool:
        """Their deals: of the colleague or the contact that was spoken of."""
        for ref in reversed(self.scope.about if not self.scope.sets else []):
            if ref.startswith("member:"):
                return self.put(self._owned(ref)) and self.step()
        for before in reversed(self.scope.sets):
            for atom in before.atoms:
                if atom.name == "owner" and atom.value:
                    return self.put(atom) and self.step()
            if before.names:
                self.set.names += before.names
                return self.step()
        self.set.pronoun = lexicon.PRONOUNS[low]
        self.set.plural = self.set.plural or low == "their"
        return self.step()

    def _title(self) -> bool:
        token = self.tokens[self.at]
        if token.kind != "quote":
            return False
        named = self.scope.names.title(token.text)
        if named is None:
            return False
        self.set.names.append(named)
        return self.step()

    def _titled(self) -> bool:
        """The whole title of a card: 69 Quay Street."""
        token = self.tokens[self.at]
        if token.kind not in ("word", "number", "code") or token.low in SKIPPED | SMALL | JOINING:
            return False
        found = self.scope.names.titled(self.tokens, self.at, self.end)
        return self._add_name(found) if found else False

    def _name(self) -> bool:
        """A part of a name: Karen, Smith, Acme."""
        token = self.tokens[self.at]
        if token.kind not in ("word", "quote", "code") or token.low in SKIPPED | SMALL:
            return False
        if not token.is_capital and self._is_fields():
            return False
        people = self.scope.names.contact(self.tokens, self.at, self.end)
        firms = self.scope.names.company(self.tokens, self.at, self.end)
        members = self.scope.words.find(self.tokens, self.at, ["member"])
        if members and not (people and people[0] > members[0][0]) and self._means_member(people):
            self.at = members[0][0]
            return self.put(self._owned(*sorted({term.ref for _, term in members})))
        if people and firms and firms[0] > people[0]:
            return self._add_name(firms)
        found = people or firms
        if found is None:
            found = self.scope.names.misspelt(self.tokens, self.at, self.end)
        return self._add_name(found) if found else False

    def _is_fields(self) -> bool:
        """Whether a small word is the whole label of a field of the organization's own: roast."""
        found = self.scope.words.find(self.tokens, self.at, ["field"])
        return any(term.sure == 3 and term.words == (self.low(),) for _, term in found)

    def _means_member(self, people: tuple[int, Named] | None) -> bool:
        return people is None or bool(self.set.noun and self.set.plural)


def is_plural(token: Token) -> bool:
    return token.low in lexicon.PLURALS or (
        token.low.endswith("s") and not token.low.endswith("ss")
    )
