"""Quinta do Cedro hosts weddings and company events. Inês talks, on Tuesday 6 October 2026."""

from collections import Counter
from datetime import date

from tests.language.expecting.conversations import Conversations, each, says, tagged
from tests.language.expecting.exports import bottom, only, read, top

INES, RUI, BEA = (f"{name}@cedro.example" for name in ("ines", "rui", "bea"))
export = read("venue")
talk = Conversations("venue")

weddings = [card for card in export.cards if card.pipeline == "Weddings"]
events = [card for card in export.cards if card.pipeline == "Corporate events"]
open_weddings = [card for card in weddings if not card.outcome]
open_cards = [card for card in export.cards if not card.outcome]
open_tasks = [task for task in export.tasks if not task.done_on]
late = [task for task in open_tasks if task.due_on < export.today]


def at(stage: str) -> list:
    """Return the cards of a stage."""
    return [card for card in export.cards if card.stage == stage]


talk("move", "Move Dinis Faria to Site visit", changes={"Q008": {"stage": "Site visit"}})
talk("move", "q032 contract sent", changes={"Q032": {"stage": "Contract sent"}})
talk(
    "move",
    "Olívia Rangel accepted our proposal and owes us the deposit now, so Deposit due",
    changes={"Q020": {"stage": "Deposit due"}},
)
talk(
    "move", "the contract went out today", page="Q036", changes={"Q036": {"stage": "Contract sent"}}
)
talk(
    "bulk move",
    says("All requests for corporate events get the Proposal stage", confirm="yes"),
    changes=each(at("Request"), stage="Proposal"),
)
talk(
    "bulk move",
    says(
        "Weddings in Site visit in the Garden: they all want it, put them on Provisional hold",
        confirm="yes",
    ),
    changes=each([c for c in at("Site visit") if c.hall == "Garden"], stage="Provisional hold"),
)
talk("owner", "Bea takes Q034... I mean Q033", changes={"Q033": {"owner": BEA}})
talk(
    "owner",
    says("Assign Rui's weddings that are still open to Bea", confirm="yes"),
    changes=each([c for c in open_weddings if c.owner == RUI], owner=BEA),
)
talk(
    "owner",
    "Paolo Conti's wedding should be Rui's",
    changes={"Q022": {"owner": RUI}},
)
talk(
    "dates",
    "Put the follow-up of Telmo Vieira's wedding on Thursday week, that's the 15th",
    changes={"Q026": {"next_follow_up_on": date(2026, 10, 15)}},
)
talk(
    "dates",
    says("Follow-ups that were due in September should all be done tomorrow", confirm="yes"),
    changes=each(
        [c for c in open_cards if c.next_follow_up_on and c.next_follow_up_on.month == 9],
        next_follow_up_on=date(2026, 10, 7),
    ),
)
talk(
    "dates",
    "Drop the follow-up date on Mei-Ling Chou's wedding",
    changes={"Q018": {"next_follow_up_on": None}},
)
talk("money", "Wedding Moniz will cost 15.500 €", changes={"Q035": {"value": 15_500}})
talk("money", "give wendy achterberg 250 off", changes={"Q028": {"value": 6300}})
talk(
    "custom fields",
    "The Lefèvres will be 60 people instead of 45",
    changes={"3006": {"custom:guests": 60}},
)
talk(
    "custom fields",
    "Yara Coutinho postponed her big day to 19 October next year",
    changes={"3030": {"custom:event_date": date(2027, 10, 19)}},
)
talk(
    "custom fields",
    "Nuno Sequeira's budget is 14,000 now",
    changes={"3019": {"custom:budget": 14_000}},
)
talk(
    "custom fields",
    says("Everyone from Porto gets the Vegetarian menu", confirm="yes"),
    changes=each(
        [r for r in export.contacts if r.city == "Porto" and r.menu != "Vegetarian"],
        **{"custom:menu": "Vegetarian"},
    ),
)
talk(
    "custom fields",
    "Vasco Leite wants an outdoor ceremony after all",
    changes={"3027": {"custom:outdoor_ceremony": True}},
)
talk(
    "custom fields",
    "Change the hall for the Pires wedding from Barn to Orangery",
    changes={"Q031": {"custom:hall": "Orangery"}},
)
talk("fields", "Jasmine Kaur lives in London now", changes={"3013": {"city": "London"}})
talk(
    "tags",
    says("Tag couples with 200 guests or more 'marquee'", confirm="yes"),
    changes=tagged(
        [r for r in export.contacts if r.subtype == "Couple" and r.guests >= 200], "marquee"
    ),
)
talk(
    "tags",
    "Ursula Brandt paid, she's no late payer, remove the tag",
    changes={"3026": {"tags": []}},
)
talk(
    "tasks",
    "Bea has to ask Marco Carvalho for the deposit by Friday, add that task",
    creates=[{"kind": "task", "contact": "3017", "assignee": BEA, "due_on": date(2026, 10, 9)}],
)
talk("tasks", "rui sent dinis faria the menu, task done", changes={"T05": {"done": True}})
talk(
    "tasks",
    says("Move all of today's and older open tasks of mine to Thursday", confirm="yes"),
    changes=each(
        [t for t in open_tasks if t.assignee == INES and t.due_on <= export.today],
        due_on=date(2026, 10, 8),
    ),
)
talk(
    "tasks",
    says(
        "Which tasks are due this week?",
        names=[
            t.person.name for t in open_tasks if date(2026, 10, 5) <= t.due_on <= date(2026, 10, 11)
        ],
        without=[t.person.name for t in open_tasks if t.due_on > date(2026, 10, 18)],
    ),
)
talk(
    "activities",
    "Log that I met Sakura Ito today, she liked the Chapel",
    creates=[{"kind": "meeting", "contact": "3024", "text": "Chapel"}],
)
talk(
    "activities",
    "Please note on Amara Diallo that the band needs three power sockets",
    creates=[{"kind": "note", "contact": "3003", "text": "three power sockets"}],
)
talk(
    "create",
    "New couple: Folasade Adeyemi, Lisboa, folasade@correio.example, via Instagram",
    creates=[
        {
            "kind": "contact",
            "name": "Folasade Adeyemi",
            "city": "Lisboa",
            "email": "folasade@correio.example",
            "source": "Instagram",
            "subtype": "Couple",
        }
    ],
)
talk(
    "create",
    "Helga Sørensen enquired about a wedding, add it to Weddings at Enquiry with 9,500 €",
    creates=[
        {
            "kind": "position",
            "contact": "3039",
            "pipeline": "Weddings",
            "stage": "Enquiry",
            "value": 9500,
        }
    ],
)
talk("close", "Vasco... no, Quitéria Lopes is booked!", changes={"Q023": {"stage": "Booked"}})
talk(
    "close",
    "Rafael Antunes dropped his launch, too expensive",
    changes={"Q024": {"stage": "Dropped", "lost_reason": "too expensive"}},
)
talk(
    "close",
    says("We lost the Chou wedding", asks=True),
    "The date was taken",
    changes={"Q018": {"stage": "Lost", "lost_reason": "date was taken"}},
)
talk(
    "reopen",
    "The McAllister wedding is on again. Reopen it as Provisional hold",
    changes={"Q010": {"stage": "Provisional hold"}},
)
talk("archive", says("archive Q025", confirm="yes"), changes={"Q025": {"archived": True}})
talk("counts", says("How many weddings are booked?", figures=[len(at("Booked"))]))
talk(
    "counts",
    says(
        "how many couples want vegan or vegetarian food",
        figures=[
            sum(
                r.subtype == "Couple" and r.menu in {"Vegan", "Vegetarian"} for r in export.contacts
            )
        ],
    ),
)
talk(
    "sums",
    says("total value of contracts sent?", figures=[sum(c.value for c in at("Contract sent"))]),
    says("and of the provisional holds?", figures=[sum(c.value for c in at("Provisional hold"))]),
)
talk(
    "averages",
    says(
        "On average, how many guests do our couples have?",
        figures=[
            sum(r.guests for r in export.contacts if r.subtype == "Couple")
            / sum(r.subtype == "Couple" for r in export.contacts)
        ],
    ),
)
talk(
    "groupings",
    says(
        "open weddings per hall",
        figures=list(Counter(c.hall for c in open_weddings).values()),
        names=sorted({c.hall for c in open_weddings}),
    ),
)
talk(
    "over time",
    says(
        "How many weddings did we book in August and in September?",
        figures=[sum(c.closed_on.month == m for c in at("Booked")) for m in (8, 9)],
    ),
)
talk(
    "superlatives",
    says(
        "Which wedding has been in Provisional hold the longest?",
        names=[only(top(at("Provisional hold"), "entered_on", least=True)).person.name],
        without=[bottom(at("Provisional hold"), "entered_on", least=True).person.name],
    ),
)
soon = [
    r
    for r in export.contacts
    if r.event_date and date(2026, 10, 6) <= r.event_date <= date(2026, 11, 30)
]
talk(
    "ranges",
    says(
        "Who has their event date between now and the end of November?",
        names=[r.name for r in soon],
        without=[r.name for r in export.contacts if r.event_date and r.event_date.year == 2027],
    ),
)
talk("who", says("Who does the Asante wedding?", names=["Bea"]))
talk("when", says("when is Anika Sharma's event?", days=[date(2027, 3, 5)]))
talk(
    "silence",
    says(
        "Which companies have we never been in touch with (no call, mail or meeting)?",
        names=[
            r.name for r in export.contacts if r.subtype == "Company" and not export.last_touch(r)
        ],
        without=[
            r.name for r in export.contacts if r.subtype == "Company" and export.last_touch(r)
        ],
    ),
)
talk(
    "condition",
    "If Kwame Asante has no follow-up date yet, set it to Monday",
    changes={"Q014": {"next_follow_up_on": date(2026, 10, 12)}},
)
talk(
    "ambiguous",
    says(
        "Set the follow-up of the Carvalho wedding to tomorrow", asks=True, names=["Luísa", "Marco"]
    ),
    "Luísa",
    changes={"Q016": {"next_follow_up_on": date(2026, 10, 7)}},
)
talk(
    "ambiguous",
    says("Tag Carvalho as vip", asks=True, names=["Luísa", "Marco"]),
    "the one from Lisboa",
    changes=tagged([export.contact("Marco Carvalho")], "vip"),
)
talk(
    "undo",
    says("Set Hana Suzuki's guests to 200", does=True),
    says("Oh wait, undo it", does=True),
    changes={},
)
talk(
    "correction",
    says("Set Gustavo Prado's wedding to Provisional hold", does=True),
    "Sorry, I meant Contract sent",
    changes={"Q011": {"stage": "Contract sent"}},
)
talk(
    "chain",
    "Elif Aksoy: note that her sister sings, set the follow-up to Friday, and tag her 'live band'",
    changes={
        "Q036": {"next_follow_up_on": date(2026, 10, 9)},
        "3036": {"tags": ["late payer", "repeat", "live band"]},
    },
    creates=[{"kind": "note", "contact": "3036", "text": "sister sings"}],
)
talk("impossible", says("Call the florist and order 300 white roses", refuses=True))
talk("velocity", says("Where do weddings get stuck, and how long do they take?"))
old = [card for card in open_weddings if (export.today - card.entered_on).days > 60]
talk(
    "relative dates",
    says(
        "Which open weddings have been in their stage for more than 60 days?",
        names=[card.person.name for card in old],
        without=[card.person.name for card in open_weddings if card not in old],
    ),
)
couples = [row for row in export.contacts if row.subtype == "Couple"]
talk(
    "ranges",
    says(
        "couples with more than 150 guests and a budget under 10.000 €?",
        names=[row.name for row in couples if row.guests > 150 and row.budget < 10_000],
        without=[row.name for row in couples if row.guests > 150 and row.budget > 10_000],
    ),
)
planners = [row for row in export.contacts if row.subtype == "Planner"]
talk(
    "lists",
    says(
        "Which planners chose fish?",
        names=[row.name for row in planners if row.menu == "Fish"],
        without=[row.name for row in planners if row.menu != "Fish"],
    ),
)
