"""Cobalt sells software: new business and renewals. Priya talks, on Tuesday 12 May 2026."""

from collections import Counter
from datetime import date

from tests.language.expecting.conversations import Conversations, each, says, tagged
from tests.language.expecting.exports import bottom, read, top

PRIYA, TOM, MIRA, JONAS = (f"{name}@cobalt.example" for name in ("priya", "tom", "mira", "jonas"))
export = read("software")
talk = Conversations("software")

new = [card for card in export.cards if card.pipeline == "New business"]
open_new = [card for card in new if not card.outcome]
open_all = [card for card in export.cards if not card.outcome]
open_tasks = [task for task in export.tasks if not task.done_on]


def at(stage: str) -> list:
    """Return the cards of a stage."""
    return [card for card in export.cards if card.stage == stage]


talk("move", "Move Carl Jensen's pilot to Qualified", changes={"D-026": {"stage": "Qualified"}})
talk("move", "D-023 -> negotiation", changes={"D-023": {"stage": "Negotiation"}})
talk("move", "mvoe xenia popov to propsal pls", changes={"D-022": {"stage": "Proposal"}})
talk(
    "move",
    "this deal is ready for a proposal",
    page="D-057",
    changes={"D-057": {"stage": "Proposal"}},
)
talk(
    "bulk move",
    says("Move all of Tom's demos to Proposal", confirm="yes"),
    changes=each([card for card in at("Demo") if card.owner == TOM], stage="Proposal"),
)
talk(
    "bulk move",
    says(
        'Renewals in "Up for renewal" over $10k: put them into Contacted, I mailed them all',
        confirm="yes",
    ),
    changes=each([c for c in at("Up for renewal") if c.value > 10_000], stage="Contacted"),
)
talk("owner", "Please hand Amelia Stone's deal over to Mira.", changes={"D-046": {"owner": MIRA}})
finch = [card for card in export.cards if card.person.company == "Harrow & Finch"]
talk(
    "owner",
    says("Make Jonas the owner of every deal with Harrow & Finch", confirm="yes, all of them"),
    changes=each([card for card in finch if card.owner != JONAS], owner=JONAS),
)
talk(
    "dates",
    "The close date for Vikram Rao's deal should be August 15",
    changes={"D-063": {"expected_close_on": date(2026, 8, 15)}},
)
talk(
    "dates",
    "Set the next follow-up on Maya Iyer's deal to next Monday",
    changes={"D-012": {"next_follow_up_on": date(2026, 5, 18)}},
)
talk(
    "money",
    "Nadia Rahman's deal is worth 95k, not 80k. Fix it please",
    changes={"D-036": {"value": 95_000}},
)
talk(
    "money",
    says("increase the amount of all committed renewals by 10%", confirm="yes"),
    changes={card.id: {"value": card.value * 11 // 10} for card in at("Committed")},
)
talk(
    "fields",
    "Ethan Brooks has moved to Denver, please update his city",
    changes={"C-1031": {"city": "Denver"}},
)
talk("fields", "Grace Liu is CTO now.", changes={"C-1007": {"job_title": "CTO"}})
talk(
    "custom fields",
    "Peter Novak upgraded from Free to Team",
    changes={"C-1016": {"custom:plan": "Team"}},
)
talk(
    "custom fields",
    says(
        "Everybody at Marlow Foods wants out of the newsletter: set their newsletter opt-in to no",
        confirm="yes",
    ),
    changes=each(
        [r for r in export.contacts if r.company == "Marlow Foods" and r.newsletter_opt_in],
        **{"custom:newsletter_opt_in": False},
    ),
)
talk(
    "tags",
    "Tag Ivan Horvat as beta tester",
    changes=tagged([export.contact("Ivan Horvat")], "beta tester"),
)
talk(
    "tags",
    says("Remove the reference tag from all partners", confirm="yes"),
    changes={
        row.id: {"tags": [tag for tag in row.tags if tag != "reference"]}
        for row in export.contacts
        if row.subtype == "partner" and "reference" in row.tags
    },
)
talk(
    "tasks",
    "Create a task for Jonas: call Tina Brandt back, due tomorrow",
    creates=[{"kind": "task", "contact": "C-1020", "assignee": JONAS, "due_on": date(2026, 5, 13)}],
)
talk("tasks", "T-016 is done", changes={"T-016": {"done": True}})
talk(
    "tasks",
    says("Postpone Mira's overdue tasks to Friday", confirm="yes"),
    changes=each(
        [t for t in open_tasks if t.assignee == MIRA and t.due_on < export.today],
        due_on=date(2026, 5, 15),
    ),
)
talk(
    "activities",
    "Log a meeting with Henry Walsh today: he wants a bigger discount",
    creates=[{"kind": "meeting", "contact": "C-1008", "text": "bigger discount"}],
)
talk(
    "activities",
    "note on oscar lind: prefers email over phone",
    creates=[{"kind": "note", "contact": "C-1041", "text": "prefers email"}],
)
talk(
    "create",
    "New lead: Priyanka Desai, Head of IT at Solara Energy, priyanka.desai@solara.example",
    creates=[
        {
            "kind": "contact",
            "name": "Priyanka Desai",
            "job_title": "Head of IT",
            "company": "Solara Energy",
            "email": "priyanka.desai@solara.example",
            "subtype": "lead",
        }
    ],
)
talk(
    "create",
    "Open a deal for Rosa Delgado in New business, stage Lead, $25,000",
    creates=[
        {
            "kind": "position",
            "contact": "C-1018",
            "pipeline": "New business",
            "stage": "Lead",
            "value": 25_000,
        }
    ],
)
talk(
    "close",
    "We lost Marcus Webb's deal to a competitor.",
    changes={"D-035": {"stage": "Closed lost", "lost_reason": "competitor"}},
)
talk("close", "Mark Laura Benitez as won", changes={"D-034": {"stage": "Closed won"}})
talk(
    "reopen",
    "George Mensah's deal isn't dead after all, put it back into Qualified",
    changes={"D-030": {"stage": "Qualified"}},
)
talk(
    "counts",
    says("How many open deals does Mira have?", figures=[sum(c.owner == MIRA for c in open_all)]),
    says("and Jonas?", figures=[sum(c.owner == JONAS for c in open_all)]),
)
talk(
    "sums",
    says(
        "How much are Tom's open new business deals worth in total?",
        figures=[sum(card.value for card in open_new if card.owner == TOM)],
    ),
)
won = [card.value for card in at("Closed won")]
talk(
    "averages",
    says("What's the average amount of our Closed won deals?", figures=[sum(won) / len(won)]),
)
talk(
    "superlatives",
    says(
        "Top three open new business deals by amount?",
        names=[card.person.name for card in top(open_new, "value", 3)],
        without=[bottom(open_new, "value").person.name],
    ),
)
talk(
    "groupings",
    says(
        "Number of contacts per lead source please",
        figures=list(Counter(row.source for row in export.contacts).values()),
        names=sorted({row.source for row in export.contacts}),
    ),
)
talk("who", says("who owns the deal with nadia rahman?", names=["Mira"]))
talk(
    "when",
    says(
        "What is Kevin O'Neill's renewal date?", days=[export.contact("Kevin O'Neill").renewal_date]
    ),
)
talk(
    "condition",
    "If there's no follow-up planned on Jack Thornton's deal, plan one for this Thursday.",
    changes={"D-009": {"next_follow_up_on": date(2026, 5, 14)}},
)
talk(
    "pronouns",
    says("Which partners work at Brightloom?", names=["Samir Khan", "Ugo Ricci"]),
    says("Tag them both 'autumn event'", confirm="yes"),
    changes=tagged(
        [r for r in export.contacts if r.company == "Brightloom" and r.subtype == "partner"],
        "autumn event",
    ),
)
talk(
    "correction",
    says("Move Felix Grau to Negotiation", does=True),
    "oops, I meant Emma Johansson, not Felix",
    changes={"D-049": {"stage": "Negotiation"}},
)
talk(
    "undo",
    says("Set the priority of Sven Olsen's deal to high", does=True),
    says("undo", does=True),
    changes={},
)
talk(
    "ambiguous",
    says("Move Stone to Demo", asks=True, names=["Rachel", "Amelia"]),
    "Amelia",
    changes={"D-046": {"stage": "Demo"}},
)
talk("impossible", says("Send a fax to Bluestone Bank with our new prices", refuses=True))
talk(
    "relative dates",
    says(
        "How many open tasks are due this week?",
        figures=[sum(date(2026, 5, 11) <= task.due_on <= date(2026, 5, 17) for task in open_tasks)],
    ),
)
talk("velocity", says("What's our velocity in New business, and where is the bottleneck?"))
bare = [row for row in export.contacts if not row.tags and not row.renewal_date]
talk(
    "negation",
    says(
        "Which customers have neither a tag nor a renewal date?",
        names=[row.name for row in bare if row.subtype == "customer"],
        without=[
            row.name for row in export.contacts if row.subtype == "customer" and row not in bare
        ],
    ),
)
toms = [card for card in open_all if card.owner == TOM]
soon = [card.person.name for card in toms if card.expected_close_on < date(2026, 6, 1)]
talk(
    "lists",
    says(
        "Which of Tom's open deals are supposed to close before June?",
        names=soon,
        without=[card.person.name for card in toms if card.person.name not in soon],
    ),
)
talk(
    "counts",
    says(
        "More open deals in Demo or in Qualified? Both numbers please",
        figures=[len(at("Demo")), len(at("Qualified"))],
    ),
)
denver = [row for row in export.contacts if row.subtype == "customer" and row.city == "Denver"]
talk(
    "silence",
    says(
        "customers in denver nobody called, mailed or met since april 1?",
        names=[r.name for r in denver if (export.last_touch(r) or date.min) < date(2026, 4, 1)],
        without=[r.name for r in denver if (export.last_touch(r) or date.min) >= date(2026, 4, 1)],
    ),
)
