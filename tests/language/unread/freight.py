"""Maasvaart forwards freight from Rotterdam. Wouter talks, on Thursday 12 November 2026."""

from collections import Counter, defaultdict
from datetime import date

from tests.language.expecting.conversations import Conversations, each, says, tagged
from tests.language.expecting.exports import bottom, only, read, top

WOUTER, SASKIA, EMRE, JOYCE = (
    f"{name}@maasvaart.example" for name in ("wouter", "saskia", "emre", "joyce")
)
export = read("freight")
talk = Conversations("freight")

open_cards = [card for card in export.cards if not card.outcome]
quotes = [card for card in export.cards if card.pipeline == "Quotations"]
open_quotes = [card for card in quotes if not card.outcome]
open_shipments = [card for card in open_cards if card.pipeline == "Shipments"]
open_claims = [card for card in open_cards if card.pipeline == "Damage claims"]
open_tasks = [task for task in export.tasks if not task.done_on]


def at(stage: str) -> list:
    """Return the cards of a stage."""
    return [card for card in export.cards if card.stage == stage]


def others(rows: list, of: list) -> list[str]:
    """Return the names of who is among `of` and not among `rows`."""
    named = {row.name for row in rows}
    return sorted({row.name for row in of} - named)


def people(rows: list) -> list:
    """Return whose cards or tasks these are."""
    return [row.person for row in rows]


talk("move", "QT4118 haggling", changes={"QT4118": {"stage": "Haggling"}})
talk(
    "move",
    "Otieno Odhiambo's textiles are in customs now",
    changes={"SH8220": {"stage": "In customs"}},
)
talk(
    "move",
    "it was collected this morning",
    page="SH8221",
    changes={"SH8221": {"stage": "Collected"}},
)
talk(
    "move",
    "Íñigo Arana's shipment to Out for delivery please",
    changes={"SH8211": {"stage": "Out for delivery"}},
)
talk(
    "bulk move",
    says(
        "All shipments at sea with an ETA before 25 November are in customs now, move them",
        confirm="yes",
    ),
    changes=each([c for c in at("At sea") if c.eta < date(2026, 11, 25)], stage="In customs"),
)
talk(
    "bulk move",
    says("Quotations in Quoted with mode Air go to Haggling", confirm="yes"),
    changes=each([c for c in at("Quoted") if c.mode == "Air"], stage="Haggling"),
)
talk(
    "exceptions",
    says("Move all reported claims to Surveyed, but not Mariam Haddad's", confirm="yes"),
    changes=each([c for c in at("Reported") if c.person.name != "Mariam Haddad"], stage="Surveyed"),
)
talk(
    "owner",
    says("SH8204 and SH8216 have no owner, Emre takes both", confirm="yes"),
    changes={"SH8204": {"owner": EMRE}, "SH8216": {"owner": EMRE}},
)
talk(
    "owner",
    says("Hand Joyce's open quotations over to Saskia", confirm="yes"),
    changes=each([c for c in open_quotes if c.owner == JOYCE], owner=SASKIA),
)
talk(
    "owner",
    "Make me the owner of Nadia El Amrani herself, her quotation stays with Joyce",
    changes={"REL351": {"owner": WOUTER}},
)
talk("owner", "asign QT4135 to saskai", changes={"QT4135": {"owner": SASKIA}})
talk(
    "custom fields",
    "Payment terms for Piotr Zieliński: 14 days",
    changes={"REL318": {"custom:payment_terms": "14 days"}},
)
talk(
    "custom fields",
    "Raise Luc Claes's credit line to 18.000 €",
    changes={"REL308": {"custom:credit_line": 18_000}},
)
talk(
    "custom fields",
    says("Everyone tagged slow payer gets payment terms Prepaid", confirm="yes"),
    changes=each(
        [r for r in export.contacts if "slow payer" in r.tags and r.payment_terms != "Prepaid"],
        **{"custom:payment_terms": "Prepaid"},
    ),
)
talk(
    "custom fields",
    "Gerrit Postma has his cargo insured now",
    changes={"REL349": {"custom:cargo_insured": True}},
)
talk(
    "custom fields",
    "ETA of SH8207 slipped to 10 December",
    changes={"SH8207": {"custom:eta": date(2026, 12, 10)}},
)
talk(
    "custom fields",
    "The weight of SH8232 is 4.750 kg instead of 4.500",
    changes={"SH8232": {"custom:weight_kg": 4750}},
)
talk(
    "custom fields",
    "SH8225 is dangerous goods",
    changes={"SH8225": {"custom:dangerous_goods": True}},
)
talk(
    "custom fields",
    "Change the incoterm on Lars Haugen's shipment to FOB",
    changes={"SH8234": {"custom:incoterm": "FOB"}},
)
talk(
    "custom fields",
    "Marloes Kuiper's frame contract now runs until 31-12-2027",
    changes={"REL302": {"custom:frame_contract_until": date(2027, 12, 31)}},
)
talk(
    "dates",
    says("Every collected shipment gets a follow-up on Monday", confirm="yes"),
    changes=each(at("Collected"), next_follow_up_on=date(2026, 11, 16)),
)
talk(
    "dates",
    "QT4126 should close by 30 november",
    changes={"QT4126": {"expected_close_on": date(2026, 11, 30)}},
)
talk(
    "dates",
    "set the follow-up on Chen Yu's quotation to the 20th",
    changes={"QT4124": {"next_follow_up_on": date(2026, 11, 20)}},
)
talk(
    "dates",
    says("Move all follow-ups that are due today to Monday", confirm="yes"),
    changes=each(
        [c for c in open_cards if c.next_follow_up_on == export.today],
        next_follow_up_on=date(2026, 11, 16),
    ),
)
talk(
    "tasks",
    "Task for Joyce: get the plant health certificate from Nguyễn Thị Lan, by 18 November",
    creates=[
        {"kind": "task", "contact": "REL340", "assignee": JOYCE, "due_on": date(2026, 11, 18)}
    ],
)
talk(
    "tasks",
    "remind me on Monday to call Duarte Pacheco",
    creates=[
        {"kind": "task", "contact": "REL316", "assignee": WOUTER, "due_on": date(2026, 11, 16)}
    ],
)
talk(
    "tasks",
    "Saskia chased Bart Jansen's bill of lading, that task is done",
    changes={"A-001": {"done": True}},
)
talk(
    "tasks",
    "The truck for Niels Dekker: Saskia does that task instead of Emre",
    changes={"A-005": {"assignee": SASKIA}},
)
talk(
    "tasks",
    "Postpone the packing list task for Rohan Deshpande to Tuesday",
    changes={"A-017": {"due_on": date(2026, 11, 17)}},
)
hers = [task for task in open_tasks if task.assignee == SASKIA]
overdue = [task for task in hers if task.due_on < export.today]
talk(
    "tasks",
    says(
        "Which of Saskia's tasks are overdue?",
        names=[task.person.name for task in overdue],
        without=others(people(overdue), people(open_tasks)),
    ),
)
talk("tags", "tag Kim Ji-woo reefer", changes=tagged([export.contact("Kim Ji-woo")], "reefer"))
talk(
    "tags",
    "Wanjiru Kamau pays on time these days, remove slow payer",
    changes={"REL326": {"tags": ["key account"]}},
)
talk(
    "tags",
    says("Tag all contacts with a TEU a year of 130 or more as big volume", confirm="yes"),
    changes=tagged([r for r in export.contacts if r.teu_a_year >= 130], "big volume"),
)
talk(
    "activities",
    "Just rang Heike Brandt, she wants a new rate for January",
    creates=[{"kind": "call", "contact": "REL311", "text": "new rate for January"}],
)
talk(
    "activities",
    "note on Salma Idrissi: containers must be fumigated",
    creates=[{"kind": "note", "contact": "REL323", "text": "containers must be fumigated"}],
)
talk(
    "activities",
    "Log a meeting with Ximena Castillo about the yearly tender",
    creates=[{"kind": "meeting", "contact": "REL345", "text": "yearly tender"}],
)
talk(
    "create",
    "Add Astrid Nygaard, Buyer at Oslo Salmon, astrid.nygaard@oslosalmon.example",
    creates=[
        {
            "kind": "contact",
            "name": "Astrid Nygaard",
            "job_title": "Buyer",
            "company": "Oslo Salmon",
            "email": "astrid.nygaard@oslosalmon.example",
        }
    ],
)
talk(
    "create",
    "New company: Bremer Spielwaren, in Bremen",
    creates=[{"kind": "company", "name": "Bremer Spielwaren", "city": "Bremen"}],
)
talk(
    "create",
    "Ximena Castillo wants a price for tiles: open a quotation at Asked for, 6.200 €",
    creates=[
        {
            "kind": "position",
            "contact": "REL345",
            "pipeline": "Quotations",
            "stage": "Asked for",
            "value": 6200,
        }
    ],
)
talk(
    "create",
    "Add a damage claim for Anjali Kulkarni, stage Reported, 1.900 €",
    creates=[
        {
            "kind": "position",
            "contact": "REL331",
            "pipeline": "Damage claims",
            "stage": "Reported",
            "value": 1900,
        }
    ],
)
talk("close", "Abena Mensah awarded us QT4117", changes={"QT4117": {"stage": "Awarded"}})
talk("close", "SH8214 has been delivered", changes={"SH8214": {"stage": "Delivered"}})
talk(
    "close",
    "We did not get Chen Yu's quotation, rate too high",
    changes={"QT4124": {"stage": "Not awarded", "lost_reason": "rate too high"}},
)
talk(
    "close",
    says("Cancel Rodrigo Teles's furniture shipment", asks=True),
    "The factory burnt down",
    changes={"SH8232": {"stage": "Cancelled", "lost_reason": "factory burnt down"}},
)
talk(
    "reopen",
    "The insurer looks at DC602 again, reopen it in With the insurer",
    changes={"DC602": {"stage": "With the insurer"}},
)
talk(
    "archive",
    says("Archive Hiroshi Tanabe's cancelled shipment", confirm="yes"),
    changes={"SH8228": {"archived": True}},
)
talk(
    "counts",
    says("How many shipments are at sea right now?", figures=[len(at("At sea"))]),
    says(
        "How many of those are dangerous goods?",
        figures=[sum(card.dangerous_goods for card in at("At sea"))],
    ),
)
talk(
    "counts",
    says(
        "how many contacts do we have in Belgium and Germany together?",
        figures=[sum(row.country in {"Belgium", "Germany"} for row in export.contacts)],
    ),
)
talk(
    "sums",
    says(
        "What are our open quotations worth together?",
        figures=[sum(card.value for card in open_quotes)],
    ),
)
talk(
    "sums",
    says(
        "Total weight of the shipments in customs?",
        figures=[sum(card.weight_kg for card in at("In customs"))],
    ),
)
agents = [row for row in export.contacts if row.subtype == "Agent"]
talk(
    "averages",
    says(
        "Average credit line of our agents?",
        figures=[sum(row.credit_line for row in agents) / len(agents)],
    ),
)
talk(
    "superlatives",
    says(
        "Whose open quotation is worth the most?",
        names=[only(top(open_quotes, "value")).person.name],
        without=[bottom(open_quotes, "value").person.name],
    ),
)
talk(
    "superlatives",
    says(
        "who has the lowest TEU a year",
        names=[only(top(export.contacts, "teu_a_year", least=True)).name],
        without=[bottom(export.contacts, "teu_a_year", least=True).name],
    ),
)
modes = Counter(card.mode for card in open_shipments)
talk(
    "groupings",
    says("open shipments per mode", figures=list(modes.values()), names=sorted(modes)),
)
worth: dict[str, int] = defaultdict(int)
for card in open_quotes:
    worth[card.owner] += card.value
talk(
    "groupings",
    says(
        "Value of the open quotations by owner",
        figures=[worth[owner] for owner in (WOUTER, SASKIA, EMRE, JOYCE)],
        names=["Wouter", "Saskia", "Emre", "Joyce"],
    ),
)
talk(
    "over time",
    says(
        "How many quotations were awarded in July and how many in August?",
        figures=[sum(card.closed_on.month == month for card in at("Awarded")) for month in (7, 8)],
    ),
)
framed = [row for row in export.contacts if row.frame_contract_until]
ending = [r for r in framed if export.today < r.frame_contract_until <= date(2026, 12, 31)]
talk(
    "ranges",
    says(
        "Whose frame contract runs out between now and New Year?",
        names=[row.name for row in ending],
        without=others(ending, export.contacts),
    ),
)
ended = [row for row in framed if row.frame_contract_until < export.today]
talk(
    "ranges",
    says(
        "Whose frame contract has already run out?",
        names=[row.name for row in ended],
        without=others(ended, export.contacts),
    ),
)
turks = [row for row in export.contacts if row.country == "Turkey"]
talk(
    "lists",
    says(
        "Which contacts do we have in Turkey?",
        names=[row.name for row in turks],
        without=others(turks, export.contacts),
    ),
)
rattan = [row for row in export.contacts if row.company == "Haiphong Rattan"]
talk(
    "lists",
    says(
        "Who do we know at Haiphong Rattan?",
        names=[row.name for row in rattan],
        without=others(rattan, export.contacts),
    ),
)
talk("who", says("Who handles SH8205?", names=["Wouter"]))
talk("when", says("What's the ETA of SH8222?", days=[date(2026, 11, 25)]))
keys = [row for row in export.contacts if "key account" in row.tags]
silent = [row for row in keys if (export.last_touch(row) or date.min) < date(2026, 9, 1)]
talk(
    "silence",
    says(
        "Which key accounts have we not called, mailed or met since 1 September?",
        names=[row.name for row in silent],
        without=others(silent, export.contacts),
    ),
)
bare = [
    row
    for row in export.contacts
    if row.subtype == "Shipper" and not row.cargo_insured and row.credit_line > 30_000
]
talk(
    "negation",
    says(
        "Which shippers with a credit line over 30.000 € have no cargo insured?",
        names=[row.name for row in bare],
        without=others(bare, export.contacts),
    ),
)
talk(
    "condition",
    "If SH8217 has no ETA yet, put 1 December",
    changes={"SH8217": {"custom:eta": date(2026, 12, 1)}},
)
talk(
    "condition",
    "If Otieno Odhiambo's quotation is still in Asked for, make it urgent",
    changes={},
)
talk(
    "ambiguous",
    says("Jansen's credit line goes to 70.000 €", asks=True, names=["Sanne", "Bart"]),
    "Sanne",
    changes={"REL300": {"custom:credit_line": 70_000}},
)
talk(
    "ambiguous",
    says("Add a note to Demir: wants invoices in Turkish", asks=True, names=["Ayşe", "Mehmet"]),
    "Mehmet",
    creates=[{"kind": "note", "contact": "REL320", "text": "invoices in Turkish"}],
)
talk(
    "undo",
    says("Give all surveyed claims to Saskia", does=True, confirm="yes"),
    says("undo", does=True),
    changes={},
)
talk(
    "correction",
    says("Set Zhao Ming's quotation to 3.900 €", does=True),
    "I meant 3.950 €",
    changes={"QT4126": {"value": 3950}},
)
talk("impossible", says("Track the vessel of SH8229 by satellite", refuses=True))
talk(
    "impossible",
    says("Book space on the next Maersk sailing to Santos", refuses=True),
)
talk(
    "pronouns",
    says("Who has Gerrit Postma's quotation?", names=["Emre"]),
    "Reassign it to Saskia",
    "and make it high priority",
    changes={"QT4134": {"owner": SASKIA, "priority": "high"}},
)
talk(
    "chain",
    "Valentina Rojas: note that she compares three forwarders, and set her quotation to high"
    " priority",
    changes={"QT4131": {"priority": "high"}},
    creates=[{"kind": "note", "contact": "REL344", "text": "compares three forwarders"}],
)
talk(
    "fields",
    says("All high priority quotations in Asked for become urgent", confirm="yes"),
    changes=each([c for c in at("Asked for") if c.priority == "high"], priority="urgent"),
)
long = [card for card in open_claims if (export.today - card.entered_on).days > 30]
talk(
    "relative dates",
    says(
        "Which open claims have been in the same stage for more than 30 days?",
        names=[card.person.name for card in long],
        without=others(people(long), people([c for c in open_claims if c not in long])),
    ),
)
talk("fields", "Ruben Brouwer moved to Eindhoven", changes={"REL350": {"city": "Eindhoven"}})
talk("fields", "Chen Lihua now works at Porto Cork", changes={"REL335": {"company": "Porto Cork"}})
talk(
    "fields",
    "Rename SH8207 to Tea and spices Mumbai",
    changes={"SH8207": {"title": "Tea and spices Mumbai"}},
)
