"""What columns are is told from header and values, in exports that nobody prepared."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from crm.imports import concepts, headers, kinds, mapping, reading, units, vocabulary

EXPORTS = Path(__file__).parent / "exports"
TRUTH = tomllib.loads((EXPORTS / "truth.toml").read_text(encoding="utf-8"))


def suggested(text, kind=None, **more):
    table = reading.open_csv(text.encode())
    return mapping.suggest(table.headers, table.sample(), kind, **more)


def columns_of(suggestion):
    return {column.header: column for column in suggestion.columns}


@pytest.mark.parametrize("export", sorted(TRUTH))
def test_an_export_is_understood(export):
    truth = TRUTH[export]
    table = reading.open_csv(EXPORTS / f"{export}.csv")

    suggestion = mapping.suggest(table.headers, table.sample())

    expected = {header: truth["fields"].get(header, "") for header in table.headers}
    wrong = {
        header: (found, expected[header])
        for header, found in suggestion.as_json().items()
        if (found or "")
        not in ([expected[header], *expected[header]] if expected[header] else [""])
    }
    assert (suggestion.kind, wrong) == (truth["kind"], {})


def test_every_export_has_its_truth():
    assert {path.stem for path in EXPORTS.glob("*.csv")} == set(TRUTH)


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_the_fields_own_names_are_understood(kind):
    names = kinds.KINDS[kind].names

    suggestion = mapping.suggest(names, [])

    assert suggestion.kind == kind
    assert suggestion.as_json() == {name: name for name in names}


def test_a_header_gets_at_most_one_field_and_a_field_one_header():
    suggestion = suggested("Email,E-mail,Email address\na@x.example,b@x.example,c@x.example\n")

    assert list(suggestion.as_json().values()) == ["email", None, None]


def test_values_speak_where_headers_do_not():
    text = (
        "Rosa Diaz,rosa@acme.example,+1 415 555 0100,https://www.linkedin.com/in/rosa\n"
        "Ali Khan,ali@beta.example,+1 415 555 0101,https://www.linkedin.com/in/ali\n"
        "Mei Sun,mei@gamma.example,+1 415 555 0102,https://www.linkedin.com/in/mei\n"
    )

    suggestion = suggested(text)

    assert suggestion.kind == "contacts"
    assert list(suggestion.as_json().values()) == ["name", "email", "phone", "linkedin_url"]


def test_values_overrule_a_header_they_contradict():
    text = "Name,Email,Phone\nAda,yes,a@x.example\nBob,no,b@x.example\nEve,yes,e@x.example\n"

    found = columns_of(suggested(text, "contacts"))

    assert found["Email"].field is None
    assert found["Email"].custom.type == "yes_no"


@pytest.mark.parametrize("headers", ["Name,Email,Notes", "Full name,E-mail,Comments"])
def test_people_with_a_remark_beside_them_are_contacts(headers):
    text = f"{headers}\nAda King,ada@x.example,Met in May\nBob Day,bob@x.example,Wants a call\n"

    suggestion = suggested(text)

    assert suggestion.kind == "contacts"
    assert list(suggestion.as_json().values()) == ["name", "email", None]


def test_companies_with_a_remark_beside_them_are_no_cards():
    text = "Name,Website,Notes\nAcme,acme.example,Old friends\nBeta,beta.example,New\n"

    assert suggested(text).kind == "companies"


def test_a_close_date_that_open_deals_have_is_expected():
    rows = "\n".join(f"Deal {n},Proposal,2025-01-0{n + 1}" for n in range(8))

    found = suggested(f"Deal,Stage,Close date\n{rows}\nBig,Won,2024-02-02\n", "positions")

    assert found.as_json()["Close date"] == "expected_close_on"


def test_a_close_date_that_only_closed_deals_have_is_past():
    rows = "\n".join(f"Deal {n},Proposal," for n in range(8))

    found = suggested(f"Deal,Stage,Close date\n{rows}\nBig,Won,2024-02-02\n", "positions")

    assert found.as_json()["Close date"] == "closed_at"


def test_a_status_of_won_and_lost_is_the_outcome_beside_a_stage():
    text = "Deal,Stage,Status\nA,Demo,Open\nB,Offer,Won\nC,Demo,Lost\n"

    assert suggested(text, "positions").as_json() == {
        "Deal": "title",
        "Stage": "stage",
        "Status": "outcome",
    }


def test_a_status_alone_is_the_stage():
    text = "Ticket,Status\nA,Waiting\nB,New\nC,Solved\n"

    assert suggested(text, "positions").as_json() == {"Ticket": "title", "Status": "stage"}


def test_cards_of_a_board_are_positions():
    text = (
        "task_id,task_name,assigned_to_email,list_name,due_date,board\n"
        "17,Fix the sink,amy@us.example,Backlog,2023-11-27,Kitchen\n"
        "18,Paint the wall,bo@us.example,Done,2023-11-28,Hall\n"
    )

    suggestion = suggested(text)

    assert suggestion.kind == "positions"
    assert suggestion.as_json() == {
        "task_id": "external_id",
        "task_name": "title",
        "assigned_to_email": "owner_email",
        "list_name": "stage",
        "due_date": "next_follow_up_at",
        "board": "pipeline",
    }


def test_what_helps_to_find_the_contact_is_a_clue_and_no_field():
    text = "Deal,Stage,Customer name,Company,Website\nA,Demo,Ada King,Acme,acme.example\n"

    found = columns_of(suggested(text, "positions"))

    assert {header: column.clue for header, column in found.items() if column.clue} == {
        "Customer name": "contact_name",
        "Company": "company",
        "Website": "company_domain",
    }
    assert found["Company"].field is None


def test_a_column_that_fits_nothing_becomes_a_custom_field_of_its_type():
    rows = "\n".join(
        f"p{n}@x.example,{n},{1000 + n},yes,2024-01-{n + 1:02},{'red' if n % 2 else 'blue'},"
        f"https://x.example/{n},0{n},free text {n}"
        for n in range(20)
    )
    header = "Email,Visits,Monthly fee,Is member?,Renewal,Colour,Invoice link,Locker,Hobby"

    found = columns_of(suggested(f"{header}\n{rows}\n", "contacts"))

    types = {name: column.custom.type for name, column in found.items() if column.custom}
    assert types == {
        "Visits": "number",
        "Monthly fee": "money",
        "Is member?": "yes_no",
        "Renewal": "date",
        "Colour": "choice",
        "Invoice link": "url",
        "Locker": "text",
        "Hobby": "text",
    }
    assert found["Colour"].custom.choices == ("blue", "red")
    assert found["Is member?"].custom.key == "is_member"


@pytest.mark.parametrize("end", ["", ".–", ".-"])
@pytest.mark.parametrize("sign", ["A$", "NZ$", "$", "€", "CHF ", "zł "])
def test_amounts_with_any_currency_are_money(sign, end):
    rows = "\n".join(f"p{n}@x.example,{sign}{1000 + n}{end}" for n in range(20))

    found = columns_of(suggested(f"Email,Locker\n{rows}\n", "contacts"))

    assert found["Locker"].custom.type == "money"


def test_a_custom_field_comes_back_under_its_own_name():
    found = suggested("email,custom:shoe_size\na@x.example,44\n", "contacts")

    assert found.as_json() == {"email": "email", "custom:shoe_size": "custom:shoe_size"}


def test_amounts_are_major_units_unless_the_header_says_otherwise():
    text = "Deal,Stage,Amount\nA,Demo,100\n"

    assert suggested(text, "positions").as_json()["Amount"] == "value"
    in_cents = suggested(text.replace("Amount", "Amount (cents)"), "positions").as_json()
    assert in_cents["Amount (cents)"] == "value_cents"


def test_revenue_has_the_unit_its_header_says():
    revenue = kinds.KINDS["companies"]["revenue_cents"]

    assert units.in_minor_units(revenue, "revenue_cents")
    assert not units.in_minor_units(revenue, "Annual Revenue")
    assert not units.says_cents("Percentage")


@pytest.mark.parametrize(
    ("header", "scale", "currency"),
    [
        ("Turnover (£m)", 6, "GBP"),
        ("Value in k€", 3, "EUR"),
        ("Amount (USD)", 0, "USD"),
        ("Umsatz [Mio. EUR]", 6, "EUR"),
        ("Deal value", 0, ""),
        ("Amount in company currency", 0, ""),
        ("MRR", 0, ""),
    ],
)
def test_a_header_may_say_scale_and_currency(header, scale, currency):
    assert (units.scale_of(header), units.currency_of(header)) == (scale, currency)


def test_what_a_kind_needs_and_a_file_lacks_is_named():
    assert suggested("Stage,Entered\nDemo,2024-01-02\n", "history").missing == ("external_id",)


def test_the_file_name_helps_where_columns_do_not():
    text = "Name,Phone\nAcme,+1 415 555 0100\n"

    assert suggested(text, filename="companies.csv").kind == "companies"
    assert suggested(text, filename="contacts.csv").kind == "contacts"


def test_every_suggestion_says_why_and_how_surely():
    for column in suggested("Deal,Stage,Colour\nA,Demo,red\n", "positions").columns:
        assert column.why
        assert 0 <= column.confidence <= 1


@pytest.mark.parametrize(
    ("header", "path", "concept"),
    [
        ("Correo electrónico del propietario", ("owner",), "email"),
        ("nom de l'entreprise", ("company",), "name"),
        ("dealstage", ("stage",), "self"),
        ("hubspot_owner_email", ("record", "owner"), "email"),
        ("Vorgangsnr.", ("position",), "id"),
        ("Opportunity Owner: Email", ("position", "owner"), "email"),
        ("E-mail 1 - Value", (), "email"),
        ("Compnay Name", ("company",), "name"),
        ("Emial", (), "email"),
        ("HasOptedOutOfEmail", (), "opt_out"),
        ("Loss reason name", (), "lost_reason"),
        ("Record ID - Contact", ("contact",), "id"),
    ],
)
def test_a_header_is_understood_by_its_words(header, path, concept):
    meaning = headers.understand(header)

    assert (meaning.path, meaning.concepts[0]) == (path, concept)


@pytest.mark.parametrize("header", ["Email status", "Phone 1 - Type", "Number of deals", "Zebra"])
def test_a_header_about_something_else_is_not_taken_for_its_words(header):
    assert headers.understand(header).clarity < 0.6


def test_no_phrase_has_two_meanings():
    said = Counter()
    for entry in re.split(r"\n(?=\w)", f"{vocabulary.ENTITIES}\n{concepts.CONCEPTS}".strip()):
        phrases = entry.partition(":")[2].split(",")
        said.update({headers.squash(phrase) for phrase in phrases if phrase.strip()})

    assert [phrase for phrase, times in said.items() if times > 1] == []


def test_every_meaning_that_a_field_hears_exists():
    spoken = {piece.meaning for piece in headers.LEXICON.values()} | {"self", "date"}
    for kind in kinds.KINDS.values():
        for each in (*kind.fields, *kind.clues):
            for meaning in each.hears:
                assert set(re.split(r"[.:]", meaning)) <= spoken, (kind.name, each.name, meaning)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Name;E-Mail;Firma;Umsatz", "Grace Hopper;grace@navy.example;Navy GmbH;1.200,50"),
        (
            "Name;Email;" + ";".join(f"Extra {nth}" for nth in range(58)),
            "Al;a@b.example" + ";x" * 58,
        ),
        (
            "Name;Email;" + ";".join(f"c{nth}" for nth in range(58)),
            "Al;a@b.example;2026-01-02 10:00;call" + ";x" * 56,
        ),
    ],
)
def test_names_with_addresses_are_people_whatever_else_is_known(header, row):
    names, values = header.split(";"), row.split(";")

    assert mapping.suggest(names, [values, values]).kind == "contacts"
