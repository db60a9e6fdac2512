"""What the values of one column look like, taken together."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from crm.imports import looks
from crm.imports.values import is_blank, words, words_of

BEGINNING = 200  # characters of a value that are looked at
LOOKED_AT = 300  # values per column that are looked at one by one

WON = words_of("won gewonnen gagne gagné ganado ganada vinto vinta ganho win success")
LOST = words_of("lost verloren perdu perdue perdido perdida perso persa loss abandoned")
OPEN = words_of("open offen ouvert ouverte abierto abierta aperto aberto active pending")
STAGE_WORDS = words_of(
    """
    lead leads new qualified qualification prospecting prospect discovery demo proposal negotiation
    contract won lost closed backlog todo doing done review progress completed resolved triaged open
    pending contacted engaging appointment scheduled presentation decision waiting hold blocked
    customer onboarding kickoff live churned renewal offer quote sent interview applied hired
    neu qualifiziert angebot verhandlung gewonnen verloren nouveau qualifié proposition négociation
    gagné perdu nuevo calificado propuesta negociación ganado perdido cerrado
    """
)
CLOSED_WORDS = words_of(
    """
    won lost closed done completed complete resolved finished solved cancelled canceled rejected
    gewonnen verloren geschlossen abgeschlossen erledigt gagné perdu fermé terminé ganado perdido
    cerrado vinto perso chiuso ganho fechado
    """
)
ACTIVITY_WORDS = words_of(
    """
    call calls email e-mail mail meeting note notes task sms visit lunch demo deadline letter fax
    message chat whatsapp linkedin webinar event form page_view open click reply opened clicked
    replied sent inbound outbound voicemail conversation appointment
    anruf telefonat termin besprechung notiz besuch brief appel réunion rendez-vous courriel visite
    llamada reunión correo nota visita chiamata riunione
    """
)
TITLES = words_of("mr mrs ms miss mx dr prof herr frau m mme mlle sr sra srta sig hr fr sir")
COMPANY_ENDINGS = words_of(
    """
    inc inc. llc ltd ltd. limited corp corp. corporation co co. gmbh ag kg ug se sa s.a. sas sarl
    srl s.r.l. spa s.p.a. bv b.v. nv plc pty oy ab as aps group holding holdings partners solutions
    systems technologies labs sons associates industries consulting company foundation university
    """
)
LANGUAGES = words_of(
    "english german french spanish italian portuguese dutch deutsch englisch französisch français"
    " anglais allemand español inglés italiano português nederlands russian chinese japanese arabic"
)


@dataclass(frozen=True)
class Profile:
    """One column of a sample: its values that are not empty, and how they can be read."""

    values: list[str]
    rows: int = 0
    shares: dict[str, float] = field(default_factory=dict, compare=False)

    def share(self, test: "Test") -> float:
        """Return the share of values that pass a test, 0 to 1; 0 where there are none."""
        name = test.__name__
        if name not in self.shares:
            passed = sum(bool(test(value)) for value in self.some)
            self.shares[name] = passed / len(self.some) if self.some else 0.0
        return self.shares[name]

    @cached_property
    def some(self) -> list[str]:
        """Up to `LOOKED_AT` of the values, spread over the column, each the beginning of it."""
        every = max(1, len(self.values) // LOOKED_AT)
        return [value[:BEGINNING] for value in self.values[::every][:LOOKED_AT]]

    @cached_property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(set(self.values))

    @property
    def filled(self) -> float:
        """The share of rows with a value."""
        return len(self.values) / self.rows if self.rows else 0.0

    @property
    def variety(self) -> float:
        """The share of values that are not repetitions; 1 where all differ."""
        return self.distinct / len(self.values) if self.values else 0.0

    @cached_property
    def few(self) -> bool:
        """Whether the values repeat as choices do; a handful of rows cannot tell."""
        if len(self.values) < 8:
            return all(len(value) <= 60 for value in self.values)
        return self.distinct <= max(6, 0.3 * len(self.values)) and self.distinct <= 60

    @cached_property
    def length(self) -> float:
        """The mean length of a value, in characters."""
        return sum(map(len, self.some)) / len(self.some) if self.some else 0.0

    @cached_property
    def most(self) -> list[str]:
        """The most frequent values."""
        return [value for value, _ in Counter(self.values).most_common(20)]


Test = Callable[[str], object]


def of_column(rows: Sequence[Sequence[str]], at: int) -> Profile:
    """Return the profile of the column at this index."""
    cells = (row[at].strip() if at < len(row) else "" for row in rows)
    return Profile([cell for cell in cells if not is_blank(cell)], rows=len(rows))


def said_in(value: str) -> set[str]:
    """Return the words of a value in small letters."""
    return set(re.split(r"[\s/_,;:()&-]+", value.casefold())) | {value.casefold()}


def is_email(value: str) -> bool:
    """Say whether this looks like an e-mail address."""
    return looks.like_email(value)


def is_date(value: str) -> bool:
    """Say whether this looks like a date, or a moment as seconds since 1970."""
    return looks.like_date(value) or bool(re.fullmatch(r"1[0-9]{9}(\d{3})?|20\d{6}", value))


def is_moment(value: str) -> bool:
    """Say whether this looks like a date with a time."""
    return looks.like_date(value) and bool(looks.TIME_IN_IT.search(value))


def is_serial(value: str) -> bool:
    """Say whether this can be a spreadsheet's number of a day."""
    return bool(re.fullmatch(r"[34]\d{4}(\.\d+)?", value))


def is_phone(value: str) -> bool:
    """Say whether this looks like a telephone number."""
    return looks.like_phone(value)


def is_formatted_phone(value: str) -> bool:
    """Say whether this looks like a telephone number and like no other kind of number."""
    return looks.like_phone(value) and bool(re.search(r"[+()]|\d[\s./-]\d", value))


def is_number(value: str) -> bool:
    """Say whether this looks like a number."""
    return looks.like_number(value) and not looks.like_date(value)


def is_money(value: str) -> bool:
    """Say whether this looks like an amount, with or without a currency."""
    return is_number(value) or bool(looks.MONEY.fullmatch(value))


def is_marked_money(value: str) -> bool:
    """Say whether this looks like an amount with its currency."""
    return bool(looks.MARKED_MONEY.match(value) and looks.MONEY.fullmatch(value))


def is_score(value: str) -> bool:
    """Say whether this is a number from 0 to 100."""
    return bool(re.fullmatch(r"\d{1,3}([.,]\d+)?\s*%?", value)) and float(
        value.rstrip("% ").replace(",", ".")
    ) <= 100  # fmt: skip


def is_count(value: str) -> bool:
    """Say whether this looks like a count, or a range of counts."""
    return bool(looks.COUNT.fullmatch(value))


def is_domain(value: str) -> bool:
    """Say whether this looks like a domain or a web address."""
    return bool(looks.DOMAIN.fullmatch(value) or looks.URL.match(value))


def is_url(value: str) -> bool:
    """Say whether this looks like a web address."""
    return bool(looks.URL.match(value))


def is_linkedin(value: str) -> bool:
    """Say whether this is a LinkedIn profile."""
    return bool(looks.LINKEDIN.fullmatch(value))


def is_yes_no(value: str) -> bool:
    """Say whether this means yes or no."""
    return value.casefold() in words.YES | words.NO


def is_reference(value: str) -> bool:
    """Say whether this is a reference such as contact:42."""
    return bool(looks.REFERENCE.fullmatch(value))


def is_identifier(value: str) -> bool:
    """Say whether this looks like an identifier: a number, or letters and digits without spaces."""
    return bool(re.search(r"\d", value)) and bool(looks.IDENTIFIER.fullmatch(value))


def is_text(value: str) -> bool:
    """Say whether this is made of words."""
    return bool(re.search(r"[^\W\d_]", value)) and not (
        looks.like_email(value) or looks.like_date(value) or looks.URL.match(value)
    )


def is_person(value: str) -> bool:
    """Say whether this looks like a person's full name, written with capitals."""
    ends = [word[:1] for word in value.split()[:: max(1, len(value.split()) - 1)]]
    return (
        all(letter.isupper() for letter in ends)
        and bool(looks.PERSON.fullmatch(value))
        and not said_in(value) & COMPANY_ENDINGS
    )


def is_company(value: str) -> bool:
    """Say whether this looks like a company's name."""
    return bool(said_in(value) & COMPANY_ENDINGS) and looks.like_data(value) is False


def is_word(value: str) -> bool:
    """Say whether this is a single word."""
    return bool(re.fullmatch(r"[^\W\d_][^\W\d_'’.-]*(-[^\W\d_]+)?", value))


def is_title(value: str) -> bool:
    """Say whether this is how a person is addressed."""
    return value.casefold().strip(". ") in TITLES


def is_outcome(value: str) -> bool:
    """Say whether this is won, lost or open and nothing more."""
    return value.casefold().removeprefix("closed").strip(" -_") in WON | LOST | OPEN | {""}


def is_decided(value: str) -> bool:
    """Say whether this is won or lost."""
    return value.casefold().removeprefix("closed").strip(" -_") in WON | LOST


def is_stage(value: str) -> bool:
    """Say whether this speaks of a stage of work."""
    return bool(said_in(value) & STAGE_WORDS)


def is_closed(value: str) -> bool:
    """Say whether a stage's name says that work has ended."""
    return bool(said_in(value) & CLOSED_WORDS)


def is_activity(value: str) -> bool:
    """Say whether this names a kind of activity."""
    return bool(said_in(value) & ACTIVITY_WORDS) and len(value) <= 30


def is_currency(value: str) -> bool:
    """Say whether this can be a currency's code or sign."""
    return bool(looks.CURRENCY.fullmatch(value))


def is_language(value: str) -> bool:
    """Say whether this can be a language."""
    return bool(looks.LANGUAGE.fullmatch(value) or said_in(value) & LANGUAGES)


def is_zone(value: str) -> bool:
    """Say whether this can be a time zone."""
    return bool(looks.ZONE.fullmatch(value)) or "time" in value.casefold()


def has_digit(value: str) -> bool:
    """Say whether there is a digit in it."""
    return any(letter.isdigit() for letter in value)
