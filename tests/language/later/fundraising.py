"""Lumen Trust raises funds: major gifts and grants. Camille talks, on Tuesday 10 November 2026."""

from collections import Counter
from datetime import date, timedelta

from tests.language.expecting.conversations import Conversations, each, says, tagged
from tests.language.expecting.exports import bottom, read, top

CAMILLE, IDRIS, MARGOT = (f"{name}@lumen.example" for name in ("camille", "idris", "margot"))
export = read("fundraising")
talk = Conversations("fundraising")

gifts = [card for card in export.cards if card.pipeline == "Major gifts"]
open_gifts = [card for card in gifts if not card.outcome]
open_grants = [card for card in export.cards if card.pipeline == "Grants" and not card.outcome]
open_tasks = [task for task in export.tasks if not task.done_on]
late = [task for task in open_tasks if task.due_on < export.today]


def at(stage: str) -> list:
    """Return the cards of a stage."""
    return [card for card in export.cards if card.stage == stage]


talk("move", "Move Élodie Faure to Cultivation", changes={"P005": {"stage": "Cultivation"}})
talk("move", "felix monnier: application", changes={"P056": {"stage": "Application"}})
talk(
    "move",
    "P037 has been handed in and is under review now",
    changes={"P037": {"stage": "Under review"}},
)
talk(
    "move",
    "please move this one back to Research",
    page="P040",
    changes={"P040": {"stage": "Research"}},
)
talk(
    "bulk move",
    says(
        "Everyone who has been in Identified since before 1 September moves to Cultivation",
        confirm="yes",
    ),
    changes=each(
        [c for c in at("Identified") if c.entered_on < date(2026, 9, 1)], stage="Cultivation"
    ),
)
talk(
    "bulk move",
    says("Margot's asks are all pledged! Move them.", confirm="yes"),
    changes=each([c for c in at("Ask made") if c.owner == MARGOT], stage="Pledged"),
)
talk("owner", "assign P053 to Idris", changes={"P053": {"owner": IDRIS}})
talk(
    "owner",
    says(
        "I'm taking over all open grants that belong to Margot",
        confirm="yes",
    ),
    changes=each([c for c in open_grants if c.owner == MARGOT], owner=CAMILLE),
)
talk(
    "dates",
    "Next follow-up for Simon Leclerc... no wait, for Hugo Maillard's grant: 1st of December",
    changes={"P034": {"next_follow_up_on": date(2026, 12, 1)}},
)
talk(
    "dates",
    says("Delay the follow-ups of all pledged gifts by a week", confirm="yes"),
    changes={
        c.id: {"next_follow_up_on": c.next_follow_up_on + timedelta(days=7)}
        for c in at("Pledged")
        if c.next_follow_up_on
    },
)
talk(
    "dates",
    "Expected close date of Alix Bertin's gift: end of January",
    changes={"P051": {"expected_close_on": date(2027, 1, 31)}},
)
talk("money", "Zoé Langlois doubles her pledge", changes={"P050": {"value": 15_000}})
talk("money", "set amount P041... sorry, P047 to €750", changes={"P047": {"value": 750}})
talk(
    "fields",
    "Fabrice Noël's new e-mail address is f.noel@courriel.example",
    changes={"DON305": {"email": "f.noel@courriel.example"}},
)
talk(
    "fields",
    "Ulysse Rey relocated to Paris",
    changes={"DON320": {"city": "Paris"}},
)
talk(
    "custom fields",
    "The cause Karim Saïd cares about is Eau, not Forêt",
    changes={"DON310": {"custom:cause": "Eau"}},
)
talk(
    "custom fields",
    says("All donors in Bordeaux need a reçu fiscal, set it to yes", confirm="oui"),
    changes=each(
        [r for r in export.contacts if r.city == "Bordeaux" and not r.recu_fiscal],
        **{"custom:recu_fiscal": True},
    ),
)
talk(
    "custom fields",
    "Renée Gauthier gave today (dernier don), so her total des dons goes from 500 to 800",
    changes={"DON317": {"custom:dernier_don": date(2026, 11, 10), "custom:total_des_dons": 800}},
)
talk(
    "tags",
    says(
        "Tag every foundation in Paris with 'site visit'. In our data that's fondation.",
        confirm="yes",
    ),
    changes=tagged(
        [r for r in export.contacts if r.subtype == "fondation" and r.city == "Paris"],
        "site visit",
    ),
)
talk(
    "tasks",
    "Task for Margot: send Victor Poulain the brochure, by 20 November",
    creates=[
        {"kind": "task", "contact": "DON346", "assignee": MARGOT, "due_on": date(2026, 11, 20)}
    ],
)
talk("tasks", "TA23 done", changes={"TA23": {"done": True}})
talk(
    "tasks",
    says("All my overdue tasks: due date this Friday", confirm="yes"),
    changes=each([t for t in late if t.assignee == CAMILLE], due_on=date(2026, 11, 13)),
)
talk(
    "tasks",
    says(
        "Who still has to be invited to the gala?",
        names=[t.person.name for t in open_tasks if t.title == "Invite to the gala"],
        without=[
            t.person.name for t in export.tasks if t.title == "Invite to the gala" and t.done_on
        ],
    ),
)
talk(
    "activities",
    "log an email to Brigitte Aubert: sent her the impact report",
    creates=[{"kind": "email", "contact": "DON327", "text": "impact report"}],
)
talk(
    "activities",
    "Note for Thérèse Vidal: she prefers letters to e-mail",
    creates=[{"kind": "note", "contact": "DON319", "text": "prefers letters"}],
)
talk(
    "create",
    "Create the donor Babacar N'Diaye (particulier) from Nantes, babacar.ndiaye@courriel.example",
    creates=[
        {
            "kind": "contact",
            "name": "Babacar N'Diaye",
            "email": "babacar.ndiaye@courriel.example",
            "city": "Nantes",
            "subtype": "particulier",
        }
    ],
)
talk(
    "close",
    "Pierre Lemoine's money has arrived, Received",
    changes={"P042": {"stage": "Received"}},
)
talk(
    "close",
    "Claire Poirier declined: budget frozen until 2028",
    changes={"P053": {"stage": "Declined", "lost_reason": "budget frozen"}},
)
talk(
    "reopen",
    "Zélie Martel's grant was refused by mistake, reopen it under review",
    changes={"P026": {"stage": "Under review"}},
)
talk(
    "counts",
    says("How many gifts have we received?", figures=[len(at("Received"))]),
)
talk(
    "sums",
    says("total of all open grants?", figures=[sum(c.value for c in open_grants)]),
    says(
        "and of the ones Margot has?",
        figures=[sum(c.value for c in open_grants if c.owner == MARGOT)],
    ),
)
talk(
    "averages",
    says(
        "Average amount of open major gifts?",
        figures=[sum(c.value for c in open_gifts) / len(open_gifts)],
    ),
)
talk(
    "groupings",
    says(
        "Show the number of donors by city",
        figures=list(Counter(r.city for r in export.contacts).values()),
        names=sorted({r.city for r in export.contacts}),
    ),
)
talk(
    "over time",
    says(
        "How many major gifts were declined in September, and how many in October?",
        figures=[sum(c.closed_on.month == m for c in at("Declined")) for m in (9, 10)],
    ),
)
talk("who", says("Who is responsible for Inès Chevalier's gift?", names=["Margot"]))
talk(
    "when",
    says("When did Gaspard Denis last give?", days=[export.contact("Gaspard Denis").dernier_don]),
)
biggest = top(at("Cultivation"), "value", 2)
talk(
    "superlatives",
    says(
        "The two biggest gifts in Cultivation?",
        names=[c.person.name for c in biggest],
        without=[bottom(at("Cultivation"), "value").person.name],
    ),
    says("Assign both to Idris", confirm="yes"),
    changes=each([c for c in biggest if c.owner != IDRIS], owner=IDRIS),
)
talk(
    "lists",
    says(
        "Which donors have given us more than €50,000 in total and live in Lyon?",
        names=[r.name for r in export.contacts if r.total_des_dons > 50_000 and r.city == "Lyon"],
        without=[
            r.name for r in export.contacts if r.total_des_dons <= 50_000 and r.city == "Lyon"
        ],
    ),
)
talk(
    "ambiguous",
    says("Move Dupont to the next stage", asks=True, names=["Cécile", "Mathieu"]),
    "Mathieu",
    changes={"P013": {"stage": "Cultivation"}},
)
talk(
    "condition",
    "If Arthur Picard has no open task, create one for Idris: phone him on Thursday",
    changes={},
)
talk(
    "undo",
    says("Move Manon Rivière to Ask made", does=True),
    says("Undo that please", does=True),
    changes={},
)
talk("impossible", says("transfer 500 euros from our bank account to Lucie Navarro", refuses=True))
talk(
    "pronouns",
    says("List the pledged gifts, biggest first", names=[c.person.name for c in at("Pledged")]),
    "Assign the first one to Margot",
    changes=each(top(at("Pledged"), "value"), owner=MARGOT),
)
talk("risk", says("which major gifts are at risk and why?"))
talk(
    "relative dates",
    says(
        "Which donors gave for the last time before 2025?",
        names=[r.name for r in export.contacts if r.dernier_don and r.dernier_don.year < 2025],
        without=[r.name for r in export.contacts if r.dernier_don and r.dernier_don.year > 2025],
    ),
)
companies = [row for row in export.contacts if row.subtype == "entreprise"]
talk(
    "silence",
    says(
        "Which entreprises haven't we called, mailed or met since 1 October?",
        names=[r.name for r in companies if (export.last_touch(r) or date.min) < date(2026, 10, 1)],
        without=[
            r.name for r in companies if (export.last_touch(r) or date.min) >= date(2026, 10, 1)
        ],
    ),
)
talk(
    "over time",
    says(
        "What did the major gifts we received in September add up to, and those of October?",
        figures=[
            sum(c.value for c in at("Received") if c.closed_on.month == month) for month in (9, 10)
        ],
    ),
)
