"""Keystone Homes lets and sells houses. Oliver talks, on Tuesday 3 March 2026."""

from collections import Counter
from datetime import date

from tests.language.expecting.conversations import Conversations, each, says, tagged
from tests.language.expecting.exports import bottom, only, read, top

OLIVER, SADIA, RHYS, BETH = (
    f"{name}@keystone.example" for name in ("oliver", "sadia", "rhys", "beth")
)
export = read("property")
talk = Conversations("property")

lettings = [card for card in export.cards if card.pipeline == "Lettings"]
sales = [card for card in export.cards if card.pipeline == "House sales"]
tenants = [row for row in export.contacts if row.subtype == "Tenant"]
open_tasks = [task for task in export.tasks if not task.done_on]
late = [task for task in open_tasks if task.due_on < export.today]


def at(stage: str) -> list:
    """Return the cards of a stage."""
    return [card for card in export.cards if card.stage == stage]


talk("move", "Move 54 Alma Road to Offer", changes={"M028": {"stage": "Offer"}})
talk("move", "yasmin patel: referencing", changes={"M048": {"stage": "Referencing"}})
talk(
    "move", "33... I mean 31 Quay Street is under offer", changes={"M033": {"stage": "Under offer"}}
)
talk(
    "move",
    "Contracts on Bronwen Rees's house were exchanged this morning.",
    changes={"M027": {"stage": "Exchanged"}},
)
talk(
    "bulk move",
    says("All lettings in Viewed at £1,500 or more go to Offer", confirm="yes"),
    changes=each([c for c in at("Viewed") if c.value >= 1500], stage="Offer"),
)
talk(
    "bulk move",
    says("Move my valuations and Sadia's to Listed, leave everybody else's", confirm="yes"),
    changes=each([c for c in at("Valuation") if c.owner in {OLIVER, SADIA}], stage="Listed"),
)
talk("owner", "Beth gets 26 Park Row", changes={"M032": {"owner": BETH}})
talk(
    "owner",
    says("Reassign all of Rhys's referencing and offer cases to Sadia", confirm="yes"),
    changes=each(
        [c for c in lettings if c.owner == RHYS and c.stage in {"Offer", "Referencing"}],
        owner=SADIA,
    ),
)
talk(
    "dates",
    "Follow-up date for 34 Cotham Lane is the 12th please",
    changes={"M027": {"next_follow_up_on": date(2026, 3, 12)}},
)
talk(
    "dates",
    says("Everything listed without a follow-up date: set it to next Monday", confirm="yes"),
    changes=each(
        [c for c in at("Listed") if not c.next_follow_up_on], next_follow_up_on=date(2026, 3, 9)
    ),
)
talk("money", "Rent for 82 Cotham Lane is £1,200 now", changes={"M046": {"value": 1200}})
talk(
    "money",
    says("Knock £10,000 off every house that's under offer and Rhys's", confirm="yes"),
    changes={c.id: {"value": c.value - 10_000} for c in at("Under offer") if c.owner == RHYS},
)
talk(
    "fields",
    "Holly Vance's email is holly@vance.example now",
    changes={"KP/33": {"email": "holly@vance.example"}},
)
talk(
    "custom fields",
    "Lewis Grant needs 3 bedrooms instead of 2",
    changes={"KP/12": {"custom:bedrooms": 3}},
)
talk(
    "custom fields",
    "change Lydia Frost's move-in date to 15 June 2026",
    changes={"KP/37": {"custom:move_in_date": date(2026, 6, 15)}},
)
talk(
    "custom fields",
    "Barney Webb's monthly budget went up by £100",
    changes={"KP/51": {"custom:monthly_budget": 1750}},
)
talk(
    "custom fields",
    "The cat of Phoebe Lane has died, so she has no pets any more (none)",
    changes={"KP/41": {"custom:pets": "none"}},
)
talk(
    "tags",
    says("Tag tenants with a dog 'garden'", confirm="yes"),
    changes=tagged([r for r in tenants if r.pets == "dog"], "garden"),
)
talk(
    "tasks",
    "Add a task for Sadia: order the inventory for Tobias Hunt, due 11 March",
    creates=[{"kind": "task", "contact": "KP/20", "assignee": SADIA, "due_on": date(2026, 3, 11)}],
)
talk("tasks", "J40 is finished", changes={"J40": {"done": True}})
talk(
    "tasks",
    says(
        "Which tasks does Rhys have overdue?",
        names=[t.person.name for t in late if t.assignee == RHYS],
    ),
    says("Those are due this Thursday now", confirm="yes"),
    changes=each([t for t in late if t.assignee == RHYS], due_on=date(2026, 3, 5)),
)
talk(
    "tasks",
    "The keys for Robert Clarke are no job for Beth, give that task to Rhys",
    changes={"J14": {"assignee": RHYS}},
)
talk(
    "activities",
    "Logged call please: Dominic West, wants a second viewing on Saturday",
    creates=[{"kind": "call", "contact": "KP/53", "text": "second viewing"}],
)
talk(
    "create",
    "create tenant Kwabena Ofori, kwabena.ofori@post.example, looking in Redland",
    creates=[
        {
            "kind": "contact",
            "name": "Kwabena Ofori",
            "email": "kwabena.ofori@post.example",
            "subtype": "Tenant",
            "region": "Redland",
        }
    ],
)
talk("close", "80 Cotham Lane: let agreed", changes={"M031": {"stage": "Let agreed"}})
talk(
    "close",
    "Mark 55 Alma Road as fallen through, the references were bad",
    changes={"M041": {"stage": "Fallen through", "lost_reason": "references"}},
)
talk(
    "archive",
    says("Please archive 27 Hill View", confirm="yes"),
    changes={"M063": {"archived": True}},
)
talk(
    "counts",
    says(
        "How many enquiries do we have open in Lettings?",
        figures=[len(at("Enquiry"))],
    ),
)
talk(
    "counts",
    says(
        "number of buyers who came via rightmove?",
        figures=[sum(r.subtype == "Buyer" and r.source == "Rightmove" for r in export.contacts)],
    ),
)
talk(
    "averages",
    says(
        "What's the average price of the houses listed?",
        figures=[sum(c.value for c in at("Listed")) / len(at("Listed"))],
    ),
)
talk(
    "groupings",
    says(
        "Tenants per area?",
        figures=list(Counter(r.region for r in tenants).values()),
        names=sorted({r.region for r in tenants}),
    ),
)
budget = [r.monthly_budget for r in tenants]
talk(
    "ranges",
    says(
        "How many tenants have a budget from £1,200 to £1,700?",
        figures=[sum(1200 <= each <= 1700 for each in budget)],
    ),
)
talk("who", says("Who is looking after 31 Park Row?", names=["Sadia"]))
talk(
    "when",
    says(
        "When does Alfie Booth want to move in?", days=[export.contact("Alfie Booth").move_in_date]
    ),
)
talk(
    "superlatives",
    says(
        "Which letting has been in Referencing longest?",
        names=[only(top(at("Referencing"), "entered_on", least=True)).title],
        without=[bottom(at("Referencing"), "entered_on", least=True).title],
    ),
)
talk(
    "silence",
    says(
        "Which vendors have we never called, mailed or met?",
        names=[
            r.name for r in export.contacts if r.subtype == "Vendor" and not export.last_touch(r)
        ],
        without=[r.name for r in export.contacts if r.subtype == "Vendor" and export.last_touch(r)],
    ),
)
talk(
    "condition",
    "If 62 Hill View is still at Offer, move it to Referencing, otherwise leave it",
    changes={"M048": {"stage": "Referencing"}},
)
talk(
    "ambiguous",
    says("Set Clarke's bedrooms to 2", asks=True, names=["Imogen", "Robert"]),
    "Robert",
    changes={"KP/18": {"custom:bedrooms": 2}},
)
talk(
    "undo",
    says("Clear the follow-up of 24 Park Row", does=True),
    says("Undo", does=True),
    changes={},
)
talk(
    "correction",
    says("Move 3 Park Row to Viewing booked", does=True),
    "sorry, Viewed, not Viewing booked",
    changes={"M007": {"stage": "Viewed"}},
)
talk("impossible", says("Drive to 88 Quay Street and take new photos of the kitchen", refuses=True))
talk(
    "negation",
    says(
        "Give Rhys's viewings booked to Beth, except the ones on Alma Road and Cotham Lane",
        confirm="yes",
    ),
    changes=each(
        [
            c
            for c in at("Viewing booked")
            if c.owner == RHYS and "Alma Road" not in c.title and "Cotham Lane" not in c.title
        ],
        owner=BETH,
    ),
)
talk("risk", says("What is at risk in House sales?"))
planned = [card for card in lettings if not card.outcome and card.next_follow_up_on]
talk(
    "relative dates",
    says(
        "Which open lettings have their follow-up this week?",
        names=[
            c.title for c in planned if date(2026, 3, 2) <= c.next_follow_up_on <= date(2026, 3, 8)
        ],
        without=[c.title for c in planned if c.next_follow_up_on > date(2026, 3, 8)],
    ),
)
talk(
    "over time",
    says(
        "completions in January vs February?",
        figures=[sum(c.closed_on.month == month for c in at("Completed")) for month in (1, 2)],
    ),
)
talk(
    "counts",
    says("How many tenants want a furnished place?", figures=[sum(r.furnished for r in tenants)]),
)
