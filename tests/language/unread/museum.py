"""The Seemuseum Thun: members, sponsors, group visits. Selin talks, Wednesday 14 April 2027."""

from collections import Counter
from datetime import date, timedelta

from tests.language.expecting.conversations import Conversations, each, says, tagged
from tests.language.expecting.exports import bottom, only, read, top

NAMES = ("selin", "jonas", "ladina", "matthias", "chiara")
SELIN, JONAS, LADINA, MATTHIAS, CHIARA = (f"{name}@seemuseum.example" for name in NAMES)
export = read("museum")
talk = Conversations("museum")

people = export.contacts
open_cards = [card for card in export.cards if not card.outcome]
visits = [card for card in export.cards if card.pipeline == "Group visits"]
open_visits = [card for card in visits if not card.outcome]
sponsors = [card for card in export.cards if card.pipeline == "Sponsors"]
open_sponsors = [card for card in sponsors if not card.outcome]
patrons = [row for row in people if row.subtype == "Patron"]
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


def counts(rows: list, by: str) -> dict[str, int]:
    """Return how many rows there are of each value."""
    return dict(Counter(getattr(row, by) for row in rows))


talk(
    "move",
    "Kofi Boateng got his form, move him to Form sent",
    changes={"F-105": {"stage": "Form sent"}},
)
talk("move", "move halvorsn to dossier sent", changes={"F-133": {"stage": "Dossier sent"}})
talk(
    "move",
    "this goes before the board now",
    page="F-114",
    changes={"F-114": {"stage": "Before the board"}},
)
talk(
    "bulk move",
    says("All requested visits in English: move them to Date offered", confirm="yes"),
    changes=each(
        [c for c in at("Requested") if c.tour_language == "English"], stage="Date offered"
    ),
)
talk(
    "bulk close",
    says(
        "Close the memberships that have been in Interested since before March as Not joining, "
        "reason: no answer",
        confirm="yes",
    ),
    changes=each(
        [c for c in at("Interested") if c.entered_on < date(2027, 3, 1)],
        stage="Not joining",
        lost_reason="no answer",
    ),
)
talk(
    "owner",
    says("all of Chiara's open group visits go to Ladina, except F-155", confirm="yes"),
    changes=each(
        [c for c in open_visits if c.owner == CHIARA and c.id != "F-155"],
        owner=LADINA,
    ),
)
talk("owner", "give F-163 to jonas", changes={"F-163": {"owner": JONAS}})
talk(
    "owner",
    says(
        "Ladina gets all contacts in Interlaken. Just the contacts, not their cards",
        confirm="yes",
    ),
    changes=each([r for r in people if r.city == "Interlaken" and r.owner != LADINA], owner=LADINA),
)
talk(
    "dates",
    "Set the follow-up of the Rüegg sponsoring to Monday",
    changes={"F-123": {"next_follow_up_on": date(2027, 4, 19)}},
)
talk(
    "dates",
    says("Ladina's cards with an overdue follow-up: set the follow-up to Friday", confirm="yes"),
    changes=each(
        [
            c
            for c in open_cards
            if c.owner == LADINA and c.next_follow_up_on and c.next_follow_up_on < export.today
        ],
        next_follow_up_on=date(2027, 4, 16),
    ),
)
talk(
    "dates",
    "F-150: push the follow-up back two weeks",
    changes={"F-150": {"next_follow_up_on": date(2027, 5, 22)}},
)
talk(
    "custom fields",
    "Ruderclub Thun's visit day is 26 June, not the 19th",
    changes={"F-167": {"custom:visit_day": date(2027, 6, 26)}},
)
talk(
    "custom fields",
    says(
        "Under the lake closes early, so set the exhibition of the open group visits planned "
        "for it to Steamships",
        confirm="yes",
    ),
    changes=each(
        [c for c in open_visits if c.exhibition == "Under the lake"],
        **{"custom:exhibition": "Steamships"},
    ),
)
talk(
    "custom fields",
    "Change Zeynep Arslan's membership from Youth to Single",
    changes={"P524": {"custom:membership": "Single"}},
)
talk(
    "custom fields",
    "beat keller renewed, member until 10.12.2028",
    changes={"P307": {"custom:member_until": date(2028, 12, 10)}},
)
talk(
    "custom fields",
    says("Take all schools off the newsletter", confirm="yes"),
    changes=each(
        [r for r in people if r.subtype == "School" and r.newsletter],
        **{"custom:newsletter": False},
    ),
)
talk(
    "custom fields",
    "Access needs for Vreni Oberholzer: ground floor only",
    changes={"P510": {"custom:access_needs": "ground floor only"}},
)
talk("money", "alpenstrom sponsoring is 12k now", changes={"F-150": {"value": 12_000}})
talk(
    "fields",
    "carmen villanueva's email is now carmen@villanueva.example",
    changes={"P629": {"email": "carmen@villanueva.example"}},
)
talk(
    "fields",
    "Katarzyna Nowak doesn't work for Alpenstrom any more, she's with Crivelli Gelati",
    changes={"P566": {"company": "Crivelli Gelati"}},
)
talk(
    "companies",
    "Banca del Ceresio has 250 employees",
    changes={"company:Banca del Ceresio": {"employees": 250}},
)
talk(
    "tags",
    says("Remove the tag press from everybody who is not a Visitor", confirm="yes"),
    changes={
        row.id: {"tags": [tag for tag in row.tags if tag != "press"]}
        for row in people
        if "press" in row.tags and row.subtype != "Visitor"
    },
)
talk(
    "tags",
    says("everyone with 3 or more children gets the tag 'family day'", confirm="yes"),
    changes=tagged([r for r in people if r.children and r.children >= 3], "family day"),
)
talk(
    "tasks",
    "Remind me on Friday to write to Aurélie Chappuis",
    creates=[{"kind": "task", "contact": "P356", "assignee": SELIN, "due_on": date(2027, 4, 16)}],
)
talk(
    "tasks",
    "Task for Chiara: print the badges for Arjun Krishnan, due 20 April",
    creates=[{"kind": "task", "contact": "P678", "assignee": CHIARA, "due_on": date(2027, 4, 20)}],
)
talk("tasks", "the badges for pro grigioni are printed", changes={"A18": {"done": True}})
talk(
    "tasks",
    says("Chiara is ill. Give her open tasks to Jonas", confirm="yes"),
    changes=each([t for t in open_tasks if t.assignee == CHIARA], assignee=JONAS),
)
overdue = [task for task in open_tasks if task.due_on < export.today]
talk(
    "tasks",
    says("which tasks are overdue?", names=names(overdue), without=others(overdue, open_tasks)),
)
talk(
    "activities",
    "just had leila haddad on the phone, she wants a date in September. log the call",
    creates=[{"kind": "call", "contact": "P601", "text": "September"}],
)
talk(
    "activities",
    "Note on Walter Aebersold: wants his name on the bench at the pier",
    creates=[{"kind": "note", "contact": "P608", "text": "bench at the pier"}],
)
talk(
    "create",
    "New patron: Béatrice Lachenal, Lausanne, beatrice.lachenal@post.example",
    creates=[
        {
            "kind": "contact",
            "name": "Béatrice Lachenal",
            "subtype": "Patron",
            "city": "Lausanne",
            "email": "beatrice.lachenal@post.example",
        }
    ],
)
talk(
    "create",
    "add Luca Ferraris of Crivelli Gelati to the contacts",
    creates=[{"kind": "contact", "name": "Luca Ferraris", "company": "Crivelli Gelati"}],
)
talk(
    "create",
    "Peder Vinzens wants to bring another class. Add a group visit for him at Requested, CHF 280",
    creates=[
        {
            "kind": "position",
            "contact": "P531",
            "pipeline": "Group visits",
            "stage": "Requested",
            "value": 280,
        }
    ],
)
talk(
    "create",
    "Create a company Thunersee Optik with the domain thunersee-optik.example",
    creates=[
        {"kind": "company", "name": "Thunersee Optik", "domain": "thunersee-optik.example"},
    ],
)
talk("close", "The board said yes: Zbinden pledged!", changes={"F-103": {"stage": "Pledged"}})
talk(
    "close",
    "Rüegg turned us down, he already supports the opera",
    changes={"F-123": {"stage": "Turned down", "lost_reason": "opera"}},
)
talk(
    "close",
    says("Amina Warsame is not joining", asks=True),
    "too far away",
    changes={"F-137": {"stage": "Not joining", "lost_reason": "too far away"}},
)
talk(
    "close",
    "Landfrauen... sorry, Primarschule Hünibach called off F-170, the teacher is ill",
    changes={"F-170": {"stage": "Called off", "lost_reason": "teacher is ill"}},
)
talk(
    "reopen",
    "gertrud leuenberger is joining after all, reopen her membership at Form sent",
    changes={"F-173": {"stage": "Form sent"}},
)
talk(
    "archive",
    says("Archive the group visits that were called off before March", confirm="yes"),
    changes=each([c for c in at("Called off") if c.closed_on < date(2027, 3, 1)], archived=True),
)
talk(
    "counts",
    says("how many group visits are open?", figures=[len(open_visits)]),
    says("and how many of those have a guide assigned?", figures=[len(at("Guide assigned"))]),
)
talk(
    "counts",
    says(
        "How many people have a Member until date in April 2027?",
        figures=[
            sum(
                (r.member_until.year, r.member_until.month) == (2027, 4)
                for r in people
                if r.member_until
            )
        ],
    ),
)
talk("sums", says("How much has been pledged?", figures=[sum(c.value for c in at("Pledged"))]))
talk(
    "sums",
    says(
        "Total of the open sponsors above 20'000 francs",
        figures=[sum(c.value for c in open_sponsors if c.value > 20_000)],
    ),
)
talk(
    "averages",
    says(
        "how many heads on average in the visits that are Visited",
        figures=[sum(c.heads for c in at("Visited")) / len(at("Visited"))],
    ),
)
talk(
    "groupings",
    says(
        "open group visits by exhibition",
        figures=list(counts(open_visits, "exhibition").values()),
        names=list(counts(open_visits, "exhibition")),
    ),
)
talk(
    "superlatives",
    says(
        "Who pledged the most?",
        names=[only(top(at("Pledged"), "value")).person.name],
        without=[bottom(at("Pledged"), "value").person.name],
    ),
)
talk(
    "over time",
    says(
        "How many groups visited us in January, and how many in February?",
        figures=[sum(c.closed_on.month == month for c in at("Visited")) for month in (1, 2)],
    ),
)
talk(
    "when",
    says(
        "What's the visit day of the Gymnase de Bienne?",
        days=[only(export.cards_of("Élodie Vuilleumier")).visit_day],
    ),
)
talk(
    "when",
    says(
        "When did we last have contact with Zeynep Arslan?",
        days=[export.last_touch(export.contact("Zeynep Arslan"))],
    ),
)
may = [c for c in open_visits if c.visit_day and c.visit_day.month == 5]
talk(
    "ranges",
    says(
        "Which group visits have their visit day in May?",
        names=names(may),
        without=others(may, visits),
    ),
)
silent = [r for r in patrons if not export.last_touch(r)]
talk(
    "silence",
    says(
        "Which patrons have we never called, mailed or met?",
        names=names(silent),
        without=others(silent, patrons),
    ),
)
talk(
    "condition",
    "If Caduff's sponsoring is pledged, tag him 'donor wall'",
    changes=tagged([export.contact("Gian-Andrea Caduff")], "donor wall"),
)
talk(
    "ambiguous",
    says("Tag Marco 'vip'", asks=True, names=["Tognola", "Lardelli"]),
    "the one from Bienne",
    changes=tagged([export.contact("Marco Tognola")], "vip"),
)
talk(
    "ambiguous",
    says("keller doesn't want the newsletter any more", asks=True, names=["Ursula", "Beat"]),
    "Beat",
    changes={"P307": {"custom:newsletter": False}},
)
guided = [c for c in at("Guide assigned") if c.person.subtype == "School"]
talk(
    "pronouns",
    says(
        "Which schools have a visit in Guide assigned?",
        names=names(guided),
        without=others(guided, [r for r in people if r.subtype == "School"]),
    ),
    says("tag them 'guide booked'", confirm="yes"),
    changes=tagged([c.person for c in guided], "guide booked"),
)
talk(
    "undo",
    says("Give F-147 to Chiara", does=True),
    says("undo that", does=True),
    changes={},
)
talk(
    "correction",
    says("Move F-115 to Date offered", does=True),
    "wrong one, sorry. undo it and move F-165 to Date offered",
    changes={"F-165": {"stage": "Date offered"}},
)
talk("impossible", says("Order 40 croissants for the opening", refuses=True))
unlimited = [r for r in patrons if not r.member_until]
talk(
    "negation",
    says(
        "patrons with no member until date?",
        names=names(unlimited),
        without=others(unlimited, patrons),
    ),
)
talk(
    "fields",
    says("Make open visits with more than 25 heads high priority", confirm="yes"),
    changes=each(
        [c for c in open_visits if c.heads > 25 and c.priority != "high"], priority="high"
    ),
)
talk(
    "chain",
    "Fatima El Amrani: log a call that she pays by invoice, move her to Form sent and set the "
    "follow-up a week from today",
    changes={
        "F-112": {"stage": "Form sent", "next_follow_up_on": export.today + timedelta(days=7)}
    },
    creates=[{"kind": "call", "contact": "P363", "text": "invoice"}],
)
talk(
    "lists",
    says(
        "who are we waiting for to pay their membership",
        names=names(at("Awaiting payment")),
        without=names(at("Interested")),
    ),
)
