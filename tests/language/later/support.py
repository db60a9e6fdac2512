"""Helio Support answers tickets. Jule talks, on Thursday 17 September 2026."""

from collections import Counter
from datetime import date

from tests.language.expecting.conversations import Conversations, each, says, tagged
from tests.language.expecting.exports import bottom, read, top

JULE, EMRE, SVENJA, RICHTER, ENGEL = (
    f"{name}@helio.example"
    for name in ("jule.brandt", "emre.aydin", "svenja.koch", "paul.richter", "paul.engel")
)
export = read("support")
talk = Conversations("support")

tickets = [card for card in export.cards if card.pipeline == "Tickets"]
open_tickets = [card for card in tickets if not card.outcome]
open_tasks = [task for task in export.tasks if not task.done_on]
late = [task for task in open_tasks if task.due_on < export.today]


def at(stage: str) -> list:
    """Return the cards of a stage."""
    return [card for card in export.cards if card.stage == stage]


talk("move", "#4006 to Triaged please", changes={"#4006": {"stage": "Triaged"}})
talk(
    "move",
    "Wiebke Jansen's ticket is being worked on, so In progress",
    changes={"#4025": {"stage": "In progress"}},
)
talk(
    "move",
    "this one is waiting on the customer now",
    page="#4054",
    changes={"#4054": {"stage": "Waiting on customer"}},
)
talk(
    "bulk move",
    says("All new tickets with high priority should be Triaged", confirm="yes"),
    changes=each([c for c in at("New") if c.priority == "high"], stage="Triaged"),
)
talk(
    "bulk move",
    says("Whatever Svenja has in Triaged is in progress now, move it over.", confirm="ja, yes"),
    changes=each([c for c in at("Triaged") if c.owner == SVENJA], stage="In progress"),
)
talk(
    "ambiguous",
    says("assign 4041 to paul", asks=True, names=["Richter", "Engel"]),
    "Richter",
    changes={"#4041": {"owner": RICHTER}},
)
talk("owner", "Emre takes over Zeynep Kaya's ticket", changes={"#4028": {"owner": EMRE}})
talk(
    "owner",
    says(
        "Jule here. I'm off next week, give all my open tickets to Svenja, escalations stay",
        confirm="yes",
    ),
    changes=each([c for c in open_tickets if c.owner == JULE], owner=SVENJA),
)
talk("fields", "priority of #4008 is urgent now", changes={"#4008": {"priority": "urgent"}})
talk(
    "fields",
    says("Raise every low priority router ticket that is still open to normal", confirm="yes"),
    changes=each(
        [c for c in open_tickets if c.priority == "low" and c.produkt == "Router"],
        priority="normal",
    ),
)
talk(
    "dates",
    "Set the follow-up of #4059 to Monday",
    changes={"#4059": {"next_follow_up_on": date(2026, 9, 21)}},
)
talk(
    "dates",
    says(
        "Follow-ups of Paul Richter's tickets that were due before today: make it tomorrow",
        confirm="yes",
    ),
    changes=each(
        [
            c
            for c in open_tickets
            if c.owner == RICHTER and c.next_follow_up_on and c.next_follow_up_on < export.today
        ],
        next_follow_up_on=date(2026, 9, 18),
    ),
)
talk(
    "custom fields",
    "Ralf Winter upgraded his SLA to Gold",
    changes={"K2016": {"custom:sla": "Gold"}},
)
talk(
    "custom fields",
    "Contract of Karla Beck runs until 31 December 2028 now (Vertrag bis)",
    changes={"K2057": {"custom:vertrag_bis": date(2028, 12, 31)}},
)
talk(
    "custom fields",
    "Pia Krämer pays 549 euros a month from now on",
    changes={"K2040": {"custom:monatsgebuhr": 549}},
)
talk(
    "custom fields",
    says("Activate Fernwartung for all customers of Hotel Seeblick", confirm="yes"),
    changes=each(
        [r for r in export.contacts if r.company == "Hotel Seeblick" and not r.fernwartung],
        **{"custom:fernwartung": True},
    ),
)
talk(
    "tags",
    says("Tag the Gold customers in Hamburg 'priority visit'", confirm="yes"),
    changes=tagged(
        [r for r in export.contacts if r.sla == "Gold" and r.city == "Hamburg"], "priority visit"
    ),
)
talk(
    "tasks",
    "Svenja should ring back Eva Neumann by Tuesday",
    creates=[{"kind": "task", "contact": "K2004", "assignee": SVENJA, "due_on": date(2026, 9, 22)}],
)
talk(
    "tasks",
    "mark Ingo Franke's cable task as completed",
    changes={"AUF-025": {"done": True}},
)
talk(
    "tasks",
    says("Reassign all overdue tasks of Paul Richter to Emre", confirm="yes"),
    changes=each([t for t in late if t.assignee == RICHTER], assignee=EMRE),
)
talk(
    "tasks",
    says(
        "Which tasks are overdue?",
        names=sorted({task.person.name for task in late}),
    ),
)
talk(
    "activities",
    "I called Heike Simon, the backup runs again. Log it",
    creates=[{"kind": "call", "contact": "K2032", "text": "backup runs again"}],
)
talk(
    "create",
    "Add a contact Rukmini Bose, rukmini.bose@autohaus-lenz.example, Autohaus Lenz, Berlin",
    creates=[
        {
            "kind": "contact",
            "name": "Rukmini Bose",
            "email": "rukmini.bose@autohaus-lenz.example",
            "company": "Autohaus Lenz",
            "city": "Berlin",
        }
    ],
)
talk(
    "create",
    "New ticket for Katrin Meer: 'Scanner jams', urgent, goes to Paul Engel",
    creates=[
        {
            "kind": "position",
            "contact": "K2010",
            "pipeline": "Tickets",
            "stage": "New",
            "title": "Scanner jams",
            "priority": "urgent",
            "owner": ENGEL,
        }
    ],
)
talk("close", "#4036 resolved!", changes={"#4036": {"stage": "Resolved"}})
talk(
    "close",
    "We won't fix 4045, the router is too old.",
    changes={"#4045": {"stage": "Won't fix", "lost_reason": "too old"}},
)
talk(
    "reopen",
    "Jana Böhm says her network is slow again. Reopen her ticket as In progress.",
    changes={"#4040": {"stage": "In progress"}},
)
talk(
    "counts",
    says("How many tickets are waiting on the customer?", figures=[len(at("Waiting on customer"))]),
)
talk(
    "counts",
    says(
        "how many gold customers dont have fernwartung",
        figures=[sum(r.sla == "Gold" and not r.fernwartung for r in export.contacts)],
    ),
)
talk(
    "sums",
    says(
        "What do we earn per month from Bronze customers?",
        figures=[sum(r.monatsgebuhr for r in export.contacts if r.sla == "Bronze")],
    ),
)
talk(
    "groupings",
    says(
        "open tickets by product",
        figures=list(Counter(c.produkt for c in open_tickets).values()),
        names=sorted({c.produkt for c in open_tickets}),
    ),
)
talk(
    "superlatives",
    says(
        "Which three customers have the most Geräte?",
        names=[row.name for row in top(export.contacts, "gerate", 3)],
        without=[bottom(export.contacts, "gerate").name],
    ),
)
talk("who", says("Who's working on Dirk Pfaff's printer ticket?", names=["Svenja"]))
talk("when", says("until when does Carla Engel's contract run?", days=[date(2027, 3, 3)]))
stuck = top(at("In progress"), "entered_on", 1, least=True)
talk(
    "superlatives",
    says(
        "Which ticket has been in progress the longest?",
        names=[card.person.name for card in stuck],
        without=[bottom(at("In progress"), "entered_on", least=True).person.name],
    ),
    "Give it to Emre",
    changes=each(stuck, owner=EMRE),
)
talk(
    "pronouns",
    says("Who is in With engineering?", names=[c.person.name for c in at("With engineering")]),
    "Heike's has been fixed: Fix shipped",
    changes={"#4073": {"stage": "Fix shipped"}},
)
talk(
    "chain",
    "Note for Jörg Vogt: key is at the reception. Then set his ticket to Waiting on customer.",
    changes={"#4013": {"stage": "Waiting on customer"}},
    creates=[{"kind": "note", "contact": "K2009", "text": "key is at the reception"}],
)
talk(
    "undo",
    says("move #4034 to Triaged", does=True),
    says("no, undo that please", does=True),
    changes={},
)
talk(
    "negation",
    says(
        "Which Silber customers in Berlin have no open ticket?",
        names=[
            r.name
            for r in export.contacts
            if r.sla == "Silber"
            and r.city == "Berlin"
            and not any(c.person is r for c in open_tickets)
        ],
        without=[
            r.name
            for r in export.contacts
            if r.sla == "Silber" and r.city == "Berlin" and any(c.person is r for c in open_tickets)
        ],
    ),
)
talk("impossible", says("install the printer driver on Erik Sander's laptop", refuses=True))
talk(
    "pipelines",
    "Set up a new pipeline called Returns with the stages Announced, Arrived and Refunded",
    creates=[{"kind": "pipeline", "name": "Returns", "stages": "Arrived"}],
)
talk("risk", says("Why is Lars Tanne's ticket at risk?"))
talk(
    "relative dates",
    says(
        "How many open tickets have been in their current status since before September?",
        figures=[sum(card.entered_on < date(2026, 9, 1) for card in open_tickets)],
    ),
)
talk(
    "lists",
    says(
        "Whose contract (Vertrag bis) ends in October 2026?",
        names=[
            r.name
            for r in export.contacts
            if date(2026, 10, 1) <= r.vertrag_bis <= date(2026, 10, 31)
        ],
        without=[r.name for r in export.contacts if r.vertrag_bis.year == 2027],
    ),
)
talk(
    "groupings",
    says(
        "How many open tickets does each of us have?",
        figures=list(Counter(card.owner for card in open_tickets).values()),
        names=["Emre", "Svenja", "Paul Richter", "Paul Engel"],
    ),
)
