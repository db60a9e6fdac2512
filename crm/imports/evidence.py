"""What other columns say about one: rules that no header and no column of values tells alone."""

import re
import unicodedata
from collections.abc import Sequence

from crm.imports import profiles as like
from crm.imports.fields import Kind
from crm.imports.headers import Meaning
from crm.imports.scoring import Column, Given, Scores, raised
from crm.imports.units import says_cents
from crm.imports.values import words_of

Rows = Sequence[Sequence[str]]


def weigh(scores: Scores, columns: list[Column], rows: Rows, kind: Kind) -> None:
    """Correct the scores of one kind by what the columns say about each other."""
    if kind.name == "contacts":
        name_beside(scores, columns, has="first_name", lacks="last_name")
        name_beside(scores, columns, has="last_name", lacks="first_name")
        website_is_the_company(scores, columns)
        one_name(scores)
    if kind.name == "positions":
        close_dates(scores, columns, rows)
        minor_units(scores, columns)


def best(scores: Scores, name: str, at_least: float = 0.6) -> int | None:
    """Return the column that fills a field best, if one does."""
    found = [(score.value, -at) for (at, field), score in scores.items() if field == name]
    value, at = max(found, default=(0.0, 0))
    return -at if value >= at_least else None


def name_beside(scores: Scores, columns: list[Column], *, has: str, lacks: str) -> None:
    """Beside a column of given names, one called "Name" holds the family name, and the reverse."""
    if best(scores, has) is None or best(scores, lacks) is not None:
        return
    for column in columns:
        lone = column.profile.share(like.is_word)
        if "name" in column.meaning.concepts and (column.at, "name") in scores and lone >= 0.5:
            raised(scores, column.at, lacks, 0.95, f"single names beside a column of {has}s")
            raised(scores, column.at, "name", 0.3, "")


def one_name(scores: Scores) -> None:
    """Where given and family names stand apart, no other column is guessed to be the name."""
    if best(scores, "first_name") is None or best(scores, "last_name") is None:
        return
    for at, name in [key for key, score in scores.items() if score.value <= 0.5]:
        if name == "name":
            scores.pop((at, name))


def website_is_the_company(scores: Scores, columns: list[Column]) -> None:
    """A website among people is the company's where the row names one or the e-mails agree."""
    mail = best(scores, "email")
    addresses = columns[mail].profile.some if mail is not None else []
    hosts = {address.rpartition("@")[2].casefold() for address in addresses}
    for column in columns:
        if column.meaning.concepts != ("website",) or best(scores, "company") is not None:
            continue
        sites = [value.casefold() for value in column.profile.some]
        if not any(host in site for site in sites for host in hosts):
            scores.pop((column.at, "company_domain"), None)


def close_dates(scores: Scores, columns: list[Column], rows: Rows) -> None:
    """A close date that open rows have too is expected; one that only closed rows have is past."""
    for column in columns:
        if "close" not in column.meaning.concepts or (column.at, "closed_at") not in scores:
            continue
        if is_past(scores, column, rows):
            raised(scores, column.at, "closed_at", 0.97, "only closed rows have this date")
            raised(scores, column.at, "expected_close_on", 0.5, "")
        else:
            raised(scores, column.at, "expected_close_on", 0.95, "open rows have this date too")


def is_past(scores: Scores, column: Column, rows: Rows) -> bool:
    """Say whether a date stands, almost, only in rows whose stage or outcome is a closed one."""
    states = [at for name in ("stage", "outcome") if (at := best(scores, name, 0.5)) is not None]
    is_open = [row for row in rows if not any(like.is_closed(cell(row, at)) for at in states)]
    dated = sum(bool(cell(row, column.at)) for row in is_open)
    if states and is_open and len(is_open) < len(rows):
        return dated <= 0.25 * len(is_open)
    return column.profile.filled < 0.6


def cell(row: Sequence[str], at: int) -> str:
    """Return a row's value in a column, without spaces around."""
    return row[at].strip() if at < len(row) else ""


def minor_units(scores: Scores, columns: list[Column]) -> None:
    """An amount is in major units unless its header says otherwise."""
    for column in columns:
        scores.pop((column.at, "value" if says_cents(column.header) else "value_cents"), None)


def introduces(kind: Kind, columns: list[Column]) -> bool:
    """Say whether columns name people: a plain name and a plain e-mail, and no stage or task."""
    if kind.name != "contacts":
        return False
    plain = {
        concept for each in columns if not each.meaning.path for concept in each.meaning.concepts
    }
    others = {entity for each in columns for entity in each.meaning.path}
    return {"name", "email"} <= plain and not others & kind.denied_by


# What tells more of a row than its name; it has at least one of them where it is of this kind.
MORE_THAN_A_NAME = {
    "activities": words_of("kind occurred_at outcome"),
    "positions": words_of(
        "stage pipeline value value_cents outcome lost_reason priority score expected_close_on"
        " closed_at next_follow_up_at entered_stage_at external_id ref contact_ref"
    ),
}
ALIKE = 0.3  # the share of people whose address has a part of their name


def denied(kind: Kind, given: Given, columns: list[Column]) -> bool:
    """Say whether a file cannot be of this kind, whatever fields its columns could fill."""
    filled = {name: columns[at] for at, (name, _) in given.items()}
    if kind.name == "history":  # which names the same position repeatedly
        key = filled.get("external_id")
        return key is not None and key.profile.variety == 1.0 and len(key.profile.values) >= 2
    named = filled.get("title") or filled.get("subject")
    only_named = named is not None and named.meaning.concepts == ("name",)
    return only_named and not MORE_THAN_A_NAME.get(kind.name, set(filled)) & set(filled)


def names_people(header: Meaning, rows: Sequence[tuple[str, str]]) -> bool:
    """
    Say whether what a card is called is whom it is about.

    Such a column is called "Name", or "Lead"; it holds people's names, and many of them stand in
    the e-mail addresses beside them.

    :param rows: name and e-mail address of each row that has both
    """
    if set(header.path) - {"lead", "contact"} or header.concepts not in ((), ("name",)):
        return False
    people = [(name, address) for name, address in rows if like.is_person(name)]
    alike = sum(
        any(word in address.casefold() for word in words_in(name)) for name, address in people
    )
    return bool(people) and len(people) >= 0.8 * len(rows) and alike >= ALIKE * len(people)


def words_in(name: str) -> list[str]:
    """Return the longer words of a name, without the accents that addresses lack."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return [word for word in re.findall(r"[a-z]+", plain) if len(word) > 2]
