"""
Acme's records, as the CSV exports of the systems it came from: companies, contacts, cards, and what
passed between them. Drawn with a fixed seed, dated back from the product's clock.
"""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

FIRST = [
    *("Amara", "Bjorn", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hiro", "Ines", "Jonas"),
    *("Keiko", "Liam", "Mireille", "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Sven", "Tariq"),
    *("Ulrike", "Vera", "Wanda", "Xavier", "Yara", "Zeno"),
]
LAST = [
    *("Abara", "Bianchi", "Castell", "Demir", "Eriksen", "Fontaine", "Grau", "Haddad", "Ito"),
    *("Jansen", "Kowalski", "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Quispe"),
    *("Rossi", "Sato", "Tanaka", "Ueda", "Varga", "Weiss", "Yilmaz", "Zhang"),
]
FIRMS = [
    ("Northwind Logistics", "Logistics", 820),
    ("Halden Robotics", "Manufacturing", 240),
    ("Bluebird Health", "Health care", 1900),
    ("Castor & Pollux", "Legal", 75),
    ("Fjord Energy", "Energy", 3100),
    ("Marigold Foods", "Food", 560),
    ("Pinecone Software", "Software", 130),
    ("Quarry Stone Bank", "Finance", 4200),
    ("Redwood Schools", "Education", 310),
    ("Saffron Travel", "Travel", 95),
    ("Tidal Media", "Media", 180),
    ("Umbra Optics", "Manufacturing", 410),
    ("Vantage Realty", "Property", 60),
    ("Willow Insurance", "Finance", 1250),
    ("Yonder Airlines", "Travel", 7800),
    ("Zephyr Wind", "Energy", 640),
]
JOBS = [
    *("Head of Operations", "IT Manager", "Chief Financial Officer", "Procurement Lead"),
    *("Founder", "VP Sales", "Support Manager", "Data Engineer", "Product Manager"),
]
SOURCES = ["Web", "Referral", "Trade fair", "Newsletter", "Partner"]
OWNERS = ["mo@acme.example", "bob@acme.example", "lena@acme.example"]
SALES = [
    *("Lead", "Qualified", "Lead", "Demo", "Lead", "Proposal", "Lead", "Qualified", "Customer"),
    *("Lead", "Demo", "Lead", "Proposal"),
]
OTHERS = {
    "Support": ["New", "New", "Triaged", "In Progress", "Resolved"],
    "Onboarding": ["Welcome", "Setup", "Training"],
    "Upsell": ["Identified", "Discussed", "Offer"],
}
TICKETS = [
    *("Cannot export the March report", "Single sign-on for new colleagues", "Slow dashboards"),
    *("Invoice shows the wrong address", "Question about the API limit", "Data missing after sync"),
]
TALKS = [
    ("call", "First call", "They want to replace two spreadsheets and a mailing list."),
    ("meeting", "Needs workshop", "Budget is set for this quarter; legal reviews next."),
    ("email_replied", "Re: pricing", "Could you send the price for 50 seats, paid yearly?"),
    ("email_opened", "Proposal", ""),
    ("page_viewed", "Pricing page", ""),
    ("note", "From the fair", "Met at the stand, knows our product from a former job."),
]
TODO = ["Send the contract", "Call back about pricing", "Prepare the demo", "Ask for a reference"]


class Records:
    """Acme's files, by kind; the same seed and moment give the same files."""

    def __init__(self, now: datetime, *, contacts: int = 104) -> None:
        self.now = now
        self.dice = random.Random(7)  # noqa: S311  (a demo, no secret)
        self.people = [self._person(number) for number in range(contacts)]

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield `(kind, CSV)` in the order they are to be imported."""
        yield "companies", _write([self._firm(number) for number in range(len(FIRMS))])
        yield "contacts", _write(self.people)
        yield "positions", _write([*self._deals(), *self._other_cards()])
        yield "activities", _write(list(self._talks()))
        yield "tasks", _write(list(self._tasks()))

    def _person(self, number: int) -> dict[str, Any]:
        first = FIRST[number % len(FIRST)]
        last = LAST[(number * 7 + number // len(FIRST)) % len(LAST)]
        name, industry, _ = FIRMS[number % len(FIRMS)]
        domain = _domain(name)
        return {
            "external_id": f"C-{1000 + number}",
            "first_name": first,
            "last_name": last,
            "email": f"{first}.{last}@{domain}".lower(),
            "phone": f"+1 415 555 {1000 + number}",
            "job_title": self.dice.choice(JOBS),
            "company": name,
            "company_domain": domain,
            "owner_email": OWNERS[number % len(OWNERS)],
            "subtype": "customer" if number % 4 == 0 else "lead",
            "source": self.dice.choice(SOURCES),
            "tags": industry.lower(),
            "created_at": self._ago(60 + self.dice.random() * 200),
        }

    def _firm(self, number: int) -> dict[str, Any]:
        name, industry, employees = FIRMS[number]
        return {
            "external_id": f"F-{100 + number}",
            "name": name,
            "domain": _domain(name),
            "industry": industry,
            "employees": employees,
            "website": f"https://{_domain(name)}",
            "owner_email": OWNERS[number % len(OWNERS)],
        }

    def _deals(self) -> Iterator[dict[str, Any]]:
        for number, person in enumerate(self.people):
            stage = SALES[number % len(SALES)]
            lost = number % 11 == 10
            entered = self._ago(self.dice.random() * (25 if stage != "Customer" else 60))
            value = self.dice.choice([1800, 2400, 4200, 6400, 8800, 12500, 24000, 48000])
            yield {
                **self._card(person, f"D-{1000 + number}", "Sales", "Lost" if lost else stage),
                "title": f"{person['company']}, {self.dice.choice([10, 25, 50, 120])} seats",
                "value": value,
                "currency": "EUR" if number % 6 == 5 else "USD",
                "outcome": "lost" if lost else "won" if stage == "Customer" else "",
                "lost_reason": "Chose another supplier" if lost else "",
                "closed_at": entered if lost or stage == "Customer" else "",
                "entered_stage_at": entered,
                "expected_close_on": self._ago(-self.dice.randint(3, 70))[:10],
            }

    def _other_cards(self) -> Iterator[dict[str, Any]]:
        for pipeline, stages in OTHERS.items():
            for number, person in enumerate(self.people[:: 5 if pipeline == "Support" else 8]):
                support = pipeline == "Support"
                yield {
                    **self._card(
                        person, f"{pipeline[0]}-{number}", pipeline, stages[number % len(stages)]
                    ),
                    "title": self.dice.choice(TICKETS) if support else person["company"],
                    "priority": self.dice.choice(["high", "normal", "low"]) if support else "",
                    "entered_stage_at": self._ago(self.dice.random() * 12),
                }

    def _card(
        self, person: dict[str, Any], external_id: str, pipeline: str, stage: str
    ) -> dict[str, Any]:
        return {
            "external_id": external_id,
            "contact_external_id": person["external_id"],
            "pipeline": pipeline,
            "stage": stage,
            "owner_email": person["owner_email"],
        }

    def _talks(self) -> Iterator[dict[str, Any]]:
        for number in range(160):
            person = self.people[number * 5 % len(self.people)]
            kind, subject, body = TALKS[number % len(TALKS)]
            yield {
                "external_id": f"A-{number}",
                "kind": kind,
                "contact_external_id": person["external_id"],
                "subject": subject,
                "body": body,
                "owner_email": person["owner_email"],
                "occurred_at": self._ago(self.dice.random() * 40),
            }

    def _tasks(self) -> Iterator[dict[str, Any]]:
        for number in range(24):
            person = self.people[number * 3 % len(self.people)]
            yield {
                "external_id": f"T-{number}",
                "title": TODO[number % len(TODO)],
                "contact_external_id": person["external_id"],
                "assignee_email": person["owner_email"],
                "due_at": self._ago(4 - self.dice.random() * 16),
                "done_at": self._ago(1) if number % 6 == 0 else "",
            }

    def _ago(self, days: float) -> str:
        return (self.now - timedelta(days=days)).isoformat(timespec="minutes")


def _domain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalpha()) + ".example"


def _write(rows: Sequence[dict[str, Any]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
