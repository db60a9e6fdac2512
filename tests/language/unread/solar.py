"""Mesa Sun Power puts panels on roofs in Arizona. Maya talks, on Friday 25 September 2026."""

from collections import Counter
from datetime import date, timedelta

from tests.language.expecting.conversations import Conversations, each, says, tagged
from tests.language.expecting.exports import bottom, only, read, top

NAMES = ("maya", "hector", "priya", "tyrone", "kat", "owen")
MAYA, HECTOR, PRIYA, TYRONE, KAT, OWEN = (f"{name}@mesasun.example" for name in NAMES)
export = read("solar")
talk = Conversations("solar")

people = export.contacts
homeowners = [row for row in people if row.subtype == "Homeowner"]
open_cards = [card for card in export.cards if not card.outcome]
open_leads = [card for card in open_cards if card.pipeline == "Leads"]
open_surveys = [card for card in open_cards if card.pipeline == "Surveys"]
open_installs = [card for card in open_cards if card.pipeline == "Installs"]
open_tasks = [task for task in export.tasks if not task.done_on]


def at(stage: str) -> list:
    """Return the cards of a stage."""
    return [card for card in export.cards if card.stage == stage]


def names(rows: list) -> list[str]:
    """Return whom rows are or are about, each once."""
    assert rows
    return sorted({getattr(row, "person", row).name for row in rows})


def others(rows: list, among: list) -> list[str]:
    """Return whom the rest is about, and nothing else."""
    return sorted({*names(among)} - {*names(rows)})


def signed_in(month: int) -> list:
    """Return the leads signed in a month of this year."""
    return [card for card in at("Signed") if card.closed_on.month == month]


talk("move", "J5290 crew booked", changes={"J5290": {"stage": "Crew booked"}})
talk(
    "move",
    "sent Lemeiux the quote, move it to Quote sent",
    changes={"J5434": {"stage": "Quote sent"}},
)
talk(
    "move",
    "got rained out, put it back to Scheduled",
    page="J5260",
    changes={"J5260": {"stage": "Scheduled"}},
)
talk(
    "bulk move",
    says("Surveys that have been On the roof since before August -> Report due", confirm="yes"),
    changes=each(
        [c for c in at("On the roof") if c.entered_on < date(2026, 8, 1)], stage="Report due"
    ),
)
talk(
    "bulk move",
    says("Move everything in Permit approved to Panels ordered except Painted Mesa", confirm="yes"),
    changes=each(
        [c for c in at("Permit approved") if c.person.company != "Painted Mesa HOA"],
        stage="Panels ordered",
    ),
)
talk(
    "owner",
    says("Tyrone's on vacation, his open leads go to Priya", confirm="yes"),
    changes=each([c for c in open_leads if c.owner == TYRONE], owner=PRIYA),
)
talk("owner", "I'll take the Okonkwo lead myself", changes={"J5404": {"owner": MAYA}})
talk(
    "dates",
    "J5227 is expected to close October 22 now",
    changes={"J5227": {"expected_close_on": date(2026, 10, 22)}},
)
talk(
    "dates",
    says(
        "Every open card with an expected close date in the past: set it to October 30",
        confirm="yes",
    ),
    changes=each(
        [c for c in open_cards if c.expected_close_on and c.expected_close_on < export.today],
        expected_close_on=date(2026, 10, 30),
    ),
)
talk(
    "dates",
    "set Kowalczyk's follow-up to Tuesday",
    changes={"J5242": {"next_follow_up_on": date(2026, 9, 29)}},
)
talk(
    "dates",
    "follow up on J5446 a week later than planned",
    changes={"J5446": {"next_follow_up_on": date(2026, 9, 29) + timedelta(days=7)}},
)
talk(
    "dates",
    "take the follow-up off the Lotus Nails survey",
    changes={"J5383": {"next_follow_up_on": None}},
)
talk(
    "custom fields",
    "earl hutchinson decided to get a battery, put that to yes",
    changes={"MS1004": {"custom:battery": True}},
)
talk(
    "custom fields",
    "Gurpreet Dhillon's permit expires January 15, 2027",
    changes={"MS1008": {"custom:permit_expires": date(2027, 1, 15)}},
)
talk(
    "custom fields",
    says("All City co-op customers in Gilbert switched utility, they have SRP now", confirm="yes"),
    changes=each(
        [r for r in people if r.utility == "City co-op" and r.city == "Gilbert"],
        **{"custom:utility": "SRP"},
    ),
)
talk(
    "custom fields",
    says(
        "Roadrunner's truck broke down. Set the crew to Gila on all their installs in Crew booked",
        confirm="yes",
    ),
    changes=each(
        [c for c in at("Crew booked") if c.crew == "Roadrunner"], **{"custom:crew": "Gila"}
    ),
)
talk(
    "custom fields",
    "Site access for Walt Jorgensen: ladder behind the shed",
    changes={"MS1045": {"custom:site_access": "ladder behind the shed"}},
)
talk("money", "take $500 off the Stahl install", changes={"J5467": {"value": 12_820}})
talk(
    "fields",
    says("Make all open installs over $100k urgent", confirm="yes"),
    changes=each(
        [c for c in open_installs if c.value > 100_000 and c.priority != "urgent"],
        priority="urgent",
    ),
)
talk(
    "tags",
    says("Tag homeowners with a power bill over $400 'big bill'", confirm="yes"),
    changes=tagged([r for r in homeowners if r.power_bill_mo > 400], "big bill"),
)
talk(
    "tasks",
    "hector has to measure Carla Espinoza's roof by Wednesday, make that a task",
    creates=[
        {"kind": "task", "contact": "MS1007", "assignee": HECTOR, "due_on": date(2026, 9, 30)}
    ],
)
talk(
    "tasks",
    "remind me on Monday to call Chidi Eze",
    creates=[{"kind": "task", "contact": "MS1032", "assignee": MAYA, "due_on": date(2026, 9, 28)}],
)
talk(
    "tasks",
    "sent the rebate form for Las Palmas, check off the task",
    changes={"W02": {"done": True}},
)
talk(
    "tasks",
    says("Kat takes over Tyrone's open crane tasks", confirm="yes"),
    changes=each(
        [t for t in open_tasks if t.assignee == TYRONE and t.title == "Schedule the crane"],
        assignee=KAT,
    ),
)
talk(
    "tasks",
    says("Kat's overdue tasks: make them due Monday", confirm="yes"),
    changes=each(
        [t for t in open_tasks if t.assignee == KAT and t.due_on < export.today],
        due_on=date(2026, 9, 28),
    ),
)
october = [task for task in open_tasks if task.due_on.month == 10]
talk(
    "tasks",
    says(
        "what open tasks are due in October?",
        names=names(october),
        without=others(october, open_tasks),
    ),
)
talk(
    "activities",
    "called peggy strickland, the HOA board votes in November. log it",
    creates=[{"kind": "call", "contact": "MS1017", "text": "November"}],
)
talk(
    "activities",
    "Met with Vince DeLuca this morning, he has 12 more houses. Log the meeting",
    creates=[{"kind": "meeting", "contact": "MS1034", "text": "12 more houses"}],
)
talk(
    "create",
    "new homeowner Imani Prescott in Tempe, imani.prescott@mailbox.example",
    creates=[
        {
            "kind": "contact",
            "name": "Imani Prescott",
            "subtype": "Homeowner",
            "city": "Tempe",
            "email": "imani.prescott@mailbox.example",
        }
    ],
)
talk(
    "create",
    "Brenda Schumacher asks again: add a card for her in Leads, New lead, 15k, owner Owen",
    creates=[
        {
            "kind": "position",
            "contact": "MS1029",
            "pipeline": "Leads",
            "stage": "New lead",
            "value": 15_000,
            "owner": OWEN,
        }
    ],
)
talk("close", "Lemieux signed!!", changes={"J5434": {"stage": "Signed"}})
talk(
    "close",
    "Montoya is not interested, he thinks solar is ugly",
    changes={"J5389": {"stage": "Not interested", "lost_reason": "ugly"}},
)
talk(
    "close",
    "Begay's roof is unfit because of cracked tiles",
    changes={"J5461": {"stage": "Roof unfit", "lost_reason": "cracked tiles"}},
)
talk(
    "close",
    says("mark J5359 as scrapped", asks=True),
    "they ran out of money",
    changes={"J5359": {"stage": "Scrapped", "lost_reason": "ran out of money"}},
)
talk(
    "reopen",
    "Gallagher changed her mind, reopen her lead as Called",
    changes={"J5350": {"stage": "Called"}},
)
talk(
    "archive",
    says("archive the leads we lost in July", confirm="yes"),
    changes=each([c for c in at("Not interested") if c.closed_on.month == 7], archived=True),
)
booked = [card for card in open_installs if card.crew == "Roadrunner"]
talk(
    "counts",
    says("How many open installs do we have?", figures=[len(open_installs)]),
    says("how many of those are with the Roadrunner crew?", figures=[len(booked)]),
)
talk(
    "counts",
    says(
        "homeowners with a tile roof and no battery, how many?",
        figures=[sum(r.roof == "Tile" and not r.battery for r in homeowners)],
    ),
)
talk(
    "sums",
    says(
        "what's the total value of the leads signed this month",
        figures=[sum(c.value for c in signed_in(9))],
    ),
)
lost_leads = at("Not interested")
reasons = Counter(card.lost_reason for card in lost_leads)
talk(
    "groupings",
    says(
        "Leads in Not interested by lost reason",
        figures=list(reasons.values()),
        names=list(reasons),
    ),
)
crews = sorted({card.crew for card in open_installs})
talk(
    "groupings",
    says(
        "total value of open installs per crew",
        figures=[sum(c.value for c in open_installs if c.crew == crew) for crew in crews],
        names=crews,
    ),
)
talk(
    "superlatives",
    says(
        "top 3 open installs by value",
        names=names(top(open_installs, "value", 3)),
        without=others(top(open_installs, "value", 3), open_installs),
    ),
)
talk(
    "superlatives",
    says(
        "Which open install has been sitting in its stage the longest?",
        names=[only(top(open_installs, "entered_on", least=True)).person.name],
        without=[bottom(open_installs, "entered_on", least=True).person.name],
    ),
)
talk(
    "over time",
    says(
        "How many leads signed in July, August and September?",
        figures=[len(signed_in(month)) for month in (7, 8, 9)],
    ),
)
jorgensen = [
    row
    for row in export.activities
    if row.person.name == "Walt Jorgensen" and row.kind == "meeting"
]
talk("when", says("when did we last meet Walt Jorgensen?", days=[only(jorgensen).on]))
expiring = [row for row in people if row.permit_expires and row.permit_expires.month == 10]
talk(
    "ranges",
    says(
        "Whose permit expires in October?",
        names=names(expiring),
        without=names([r for r in people if r.permit_expires and r.permit_expires.month != 10]),
    ),
)
leads = [row for row in homeowners if any(card.person is row for card in open_leads)]
silent = [row for row in leads if not export.last_touch(row)]
talk(
    "silence",
    says(
        "Which homeowners with an open lead have had no call, email or meeting yet?",
        names=names(silent),
        without=others(silent, leads),
    ),
)
elsewhere = [card for card in open_surveys if card.owner != PRIYA]
talk(
    "negation",
    says(
        "open surveys that aren't Priya's",
        names=names(elsewhere),
        without=others(elsewhere, open_surveys),
    ),
)
talk(
    "condition",
    "If Painted Mesa's install is still in Permit approved, make it urgent",
    changes={"J5365": {"priority": "urgent"}},
)
talk("condition", "If Chidi Eze has no battery, tag him 'battery pitch'", changes={})
talk(
    "ambiguous",
    says("Set the crew on Abernathy's install to Javelina", asks=True),
    "J5302",
    changes={"J5302": {"custom:crew": "Javelina"}},
)
gila = [card for card in open_installs if card.crew == "Gila"]
talk(
    "pronouns",
    says(
        "Which open installs does the Gila crew have?",
        names=names(gila),
        without=others(gila, open_installs),
    ),
    says("set the follow-up on all of them to October 12", confirm="yes"),
    changes=each(gila, next_follow_up_on=date(2026, 10, 12)),
)
december = [row for row in people if row.permit_expires and row.permit_expires.month == 12]
talk(
    "pronouns",
    says("who has a permit that expires in December?", names=names(december)),
    says("tag them 'renew permit'", confirm="yes"),
    changes=tagged(december, "renew permit"),
)
talk(
    "undo",
    says("Change Jerome Fontenot's roof to Metal", does=True),
    says("no, undo", does=True),
    changes={},
)
talk(
    "correction",
    says("Give J5314 to Kat", does=True),
    "I meant Owen",
    changes={"J5314": {"owner": OWEN}},
)
talk("impossible", says("pay the permit fee for J5227 with the company card", refuses=True))
talk(
    "chain",
    "Leticia Quintero is back: move her lead to Quote sent, value 52,000, follow-up October 5",
    changes={
        "J5293": {
            "stage": "Quote sent",
            "value": 52_000,
            "next_follow_up_on": date(2026, 10, 5),
        }
    },
)
