"""Protea Dental has four branches. Nomsa, the practice manager, talks on Tuesday 16 March 2027."""

from collections import Counter, defaultdict
from datetime import date

from tests.language.expecting.conversations import Conversations, each, says, tagged
from tests.language.expecting.exports import bottom, only, read, top

NOMSA, CRAIG, LERATO, IMRAAN, ZELDA = (
    f"{name}@protea.example" for name in ("nomsa", "craig", "lerato", "imraan", "zelda")
)
export = read("dental")
talk = Conversations("dental")

open_cards = [card for card in export.cards if not card.outcome]
plans = [card for card in export.cards if card.pipeline == "Treatment plans"]
open_plans = [card for card in plans if not card.outcome]
open_braces = [card for card in open_cards if card.pipeline == "Braces"]
recalls = [card for card in open_cards if card.pipeline == "Recalls"]
open_tasks = [task for task in export.tasks if not task.done_on]
late = [task for task in open_tasks if task.due_on < export.today]


def at(stage: str) -> list:
    """Return the cards of a stage."""
    return [card for card in export.cards if card.stage == stage]


def others(rows: list, of: list) -> list[str]:
    """Return the names of who is among `of` and not among `rows`."""
    named = {row.name for row in rows}
    return sorted({row.name for row in of} - named)


def people(cards: list) -> list:
    """Return whose cards these are."""
    return [card.person for card in cards]


talk("move", "Move Grace Oyelaran's check-up to Phoned", changes={"TP-747": {"stage": "Phoned"}})
talk("move", "tp-727 plan drawn up", changes={"TP-727": {"stage": "Plan drawn up"}})
talk(
    "move",
    "Shireen Adams's root canal is at the medical aid now",
    changes={"TP-737": {"stage": "At the medical aid"}},
)
talk(
    "move",
    "they approved it this morning",
    page="TP-770",
    changes={"TP-770": {"stage": "Approved"}},
)
talk("move", "mvoe Karabo Phirri's dentures to approvd", changes={"TP-717": {"stage": "Approved"}})
talk(
    "bulk move",
    says("All recalls that are still Due have been texted, please move them", confirm="yes"),
    changes=each(at("Due"), stage="Texted"),
)
talk(
    "bulk move",
    says(
        "Put all braces in Moulds taken whose lab is Cape Ceramics on Quoted",
        confirm="yes",
    ),
    changes=each([c for c in at("Moulds taken") if c.lab == "Cape Ceramics"], stage="Quoted"),
)
talk(
    "exceptions",
    says("Move every approved plan to In treatment except Min-seo Park's", confirm="yes"),
    changes=each([c for c in at("Approved") if c.person.last != "Park"], stage="In treatment"),
)
talk("owner", "TP-758 goes to Lerato", changes={"TP-758": {"owner": LERATO}})
talk(
    "owner",
    says("The open treatment plans without an owner are for Imraan", confirm="yes"),
    changes=each([c for c in open_plans if not c.owner], owner=IMRAAN),
)
talk(
    "owner",
    says("Zelda is ill. Give all her open cards to Lerato.", confirm="yes"),
    changes=each([c for c in open_cards if c.owner == ZELDA], owner=LERATO),
)
talk(
    "owner",
    "Make Imraan the owner of the contact Ilse Vermeulen",
    changes={"P5020": {"owner": IMRAAN}},
)
talk(
    "custom fields",
    "Karabo Phiri's allergy isn't latex, it's penicillin",
    changes={"P5013": {"custom:allergy": "penicillin"}},
)
talk(
    "custom fields",
    "Thabo Sithole goes to the Paarl branch from now on",
    changes={"P5011": {"custom:branch": "Paarl"}},
)
talk(
    "custom fields",
    "anand pillay paid everything, outstanding balance 0",
    changes={"P5029": {"custom:outstanding_balance": 0}},
)
talk(
    "custom fields",
    "Kenji Watanabe paid 1340, so his outstanding balance is 5000 now",
    changes={"P5042": {"custom:outstanding_balance": 5000}},
)
talk(
    "custom fields",
    "Blessing Banda doesn't need sedation any more",
    changes={"P5037": {"custom:sedation": False}},
)
talk(
    "custom fields",
    "Rashida Moosa's bridge at the medical aid: change the lab to Cape Ceramics",
    changes={"TP-739": {"custom:lab": "Cape Ceramics"}},
)
talk("custom fields", "TP-724 needs 3 visits", changes={"TP-724": {"custom:visits": 3}})
talk(
    "custom fields",
    says(
        "Patients with Bonitas at the Stellenbosch branch changed to Momentum, update them",
        confirm="yes",
    ),
    changes=each(
        [r for r in export.contacts if r.branch == "Stellenbosch" and r.medical_aid == "Bonitas"],
        **{"custom:medical_aid": "Momentum"},
    ),
)
talk(
    "dates",
    "expected close of TP-744 slips to 15 April",
    changes={"TP-744": {"expected_close_on": date(2027, 4, 15)}},
)
talk(
    "dates",
    "Follow-up for Harriet Ashworth's dentures: next Monday, the 22nd",
    changes={"TP-769": {"next_follow_up_on": date(2027, 3, 22)}},
)
talk(
    "dates",
    says("All recalls with a follow-up before today: make the follow-up tomorrow", confirm="yes"),
    changes=each(
        [c for c in recalls if c.next_follow_up_on and c.next_follow_up_on < export.today],
        next_follow_up_on=date(2027, 3, 17),
    ),
)
talk(
    "dates",
    "Wei Zhang's check-up needs no follow-up, clear the date",
    changes={"TP-755": {"next_follow_up_on": None}},
)
talk(
    "dates",
    "Set Hendrik Coetzee's recall date to 20 September",
    changes={"P5019": {"custom:recall_date": date(2027, 9, 20)}},
)
talk(
    "tasks",
    "Remind me to ring Min-seo Park about her X-rays on Thursday",
    creates=[{"kind": "task", "contact": "P5043", "assignee": NOMSA, "due_on": date(2027, 3, 18)}],
)
talk(
    "tasks",
    "Add a task for Imraan: order the veneers for Michelle Fortuin, due 31 March",
    creates=[{"kind": "task", "contact": "P5052", "assignee": IMRAAN, "due_on": date(2027, 3, 31)}],
)
talk("tasks", "craig sent rudo mutasa the estimate, tick it off", changes={"RM20": {"done": True}})
talk(
    "tasks",
    "Let Zelda do my task to ring Refilwe Modise",
    changes={"RM07": {"assignee": ZELDA}},
)
talk(
    "tasks",
    says("Imraan's overdue tasks all become due on Friday", confirm="yes"),
    changes=each([t for t in late if t.assignee == IMRAAN], due_on=date(2027, 3, 19)),
)
talk(
    "tasks",
    says(
        "Which tasks are overdue?",
        names=[t.person.name for t in late],
        without=others(people(late), people([t for t in open_tasks if t not in late])),
    ),
)
talk(
    "tags",
    "Tag João Figueira as vip",
    changes=tagged([export.contact("João Figueira")], "vip"),
)
talk(
    "tags",
    "Oliver Truter always turns up now, take the no-show tag off him",
    changes={"P5051": {"tags": ["wheelchair"]}},
)
talk(
    "tags",
    says("Tag everyone with an outstanding balance over 6000 as debtor", confirm="yes"),
    changes=tagged([r for r in export.contacts if r.outstanding_balance > 6000], "debtor"),
)
talk(
    "activities",
    "Spoke to Fatima Salie on the phone, she waits for her bonus",
    creates=[{"kind": "call", "contact": "P5025", "text": "bonus"}],
)
talk(
    "activities",
    "Note for Yusuf Davids: grinds his teeth at night",
    creates=[{"kind": "note", "contact": "P5024", "text": "grinds his teeth at night"}],
)
talk(
    "activities",
    "log an email to Deepika Govender: sent her the new estimate",
    creates=[{"kind": "email", "contact": "P5030", "text": "new estimate"}],
)
talk(
    "create",
    "New patient: Thulani Mabuza, thulani@pos.example, found us on Google",
    creates=[
        {
            "kind": "contact",
            "name": "Thulani Mabuza",
            "email": "thulani@pos.example",
            "source": "Google",
        }
    ],
)
talk(
    "create",
    "Li Na Huang wants braces, add her to Braces at Enquired with 38500",
    creates=[
        {
            "kind": "position",
            "contact": "P5041",
            "pipeline": "Braces",
            "stage": "Enquired",
            "value": 38_500,
        }
    ],
)
talk(
    "create",
    "Add a recall card for Ebrahim Jacobs at Due, 850 rand",
    creates=[
        {
            "kind": "position",
            "contact": "P5026",
            "pipeline": "Recalls",
            "stage": "Due",
            "value": 850,
        }
    ],
)
talk("close", "Suren Moodley's veneers are finished!", changes={"TP-744": {"stage": "Finished"}})
talk(
    "close",
    "Zanele Ndlovu declined the bridge, too expensive",
    changes={"TP-711": {"stage": "Declined", "lost_reason": "too expensive"}},
)
talk(
    "close",
    says("Sipho Mokoena decided against the braces", asks=True),
    "He is moving to Durban",
    changes={"TP-709": {"stage": "Decided against", "lost_reason": "Durban"}},
)
talk(
    "reopen",
    "Gareth Pugh came back to us: reopen his crown in Approved",
    changes={"TP-767": {"stage": "Approved"}},
)
talk("archive", says("archive TP-701", confirm="yes"), changes={"TP-701": {"archived": True}})
discovery = [row for row in export.contacts if row.medical_aid == "Discovery"]
talk(
    "counts",
    says("How many patients have Discovery as medical aid?", figures=[len(discovery)]),
    says(
        "and how many of them are at the Sea Point branch?",
        figures=[sum(row.branch == "Sea Point" for row in discovery)],
    ),
)
talk(
    "counts",
    says(
        "how many patients need sedation",
        figures=[sum(row.sedation for row in export.contacts)],
    ),
)
talk(
    "sums",
    says(
        "What are the plans at the medical aid worth in total?",
        figures=[sum(card.value for card in at("At the medical aid"))],
    ),
)
talk(
    "averages",
    says(
        "Average value of the approved treatment plans?",
        figures=[sum(card.value for card in at("Approved")) / len(at("Approved"))],
    ),
)
talk(
    "superlatives",
    says(
        "What is our most expensive open braces card?",
        names=[only(top(open_braces, "value")).person.last],
        without=[bottom(open_braces, "value").person.last],
    ),
)
talk(
    "superlatives",
    says(
        "Whose last check-up is the longest ago?",
        names=[only(top(export.contacts, "last_check_up", least=True)).name],
        without=[bottom(export.contacts, "last_check_up", least=True).name],
    ),
)
branches = Counter(row.branch for row in export.contacts)
talk(
    "groupings",
    says("patients per branch", figures=list(branches.values()), names=sorted(branches)),
)
owed: dict[str, int] = defaultdict(int)
for row in export.contacts:
    owed[row.medical_aid] += row.outstanding_balance
talk(
    "groupings",
    says(
        "Total outstanding balance by medical aid, please",
        figures=list(owed.values()),
        names=sorted(owed),
    ),
)
lost = [card for card in export.cards if card.outcome == "lost" and card.closed_on.year == 2027]
talk(
    "over time",
    says(
        "How many cards did we lose in January, and how many in February?",
        figures=[sum(card.closed_on.month == month for card in lost) for month in (1, 2)],
    ),
)
dated = [row for row in export.contacts if row.recall_date]
april = [r for r in dated if r.recall_date.month == 4]
talk(
    "ranges",
    says(
        "Whose recall date is in April?",
        names=[r.name for r in april],
        without=others(april, dated),
    ),
)
owing = [row for row in export.contacts if 2000 < row.outstanding_balance < 4000]
talk(
    "ranges",
    says(
        "Which patients have an outstanding balance between 2000 and 4000?",
        names=[row.name for row in owing],
        without=others(owing, export.contacts),
    ),
)
talk("who", says("Who looks after Wei Zhang?", names=["Craig"]))
talk(
    "when",
    says("When was Ruth Abrahamson's last check-up?", days=[date(2025, 12, 10)]),
)
latex = [row for row in export.contacts if row.allergy == "latex"]
talk(
    "lists",
    says(
        "Who is allergic to latex?",
        names=[row.name for row in latex],
        without=others(latex, export.contacts),
    ),
)
undated = [card for card in open_braces if not card.expected_close_on]
talk(
    "negation",
    says(
        "Which open braces have no expected close date?",
        names=[card.person.last for card in undated],
        without=[card.person.last for card in open_braces if card not in undated],
    ),
)
children = [row for row in export.contacts if row.subtype == "Child"]
unbooked = [row for row in children if not row.recall_date]
talk(
    "negation",
    says(
        "children who don't have a recall date",
        names=[row.name for row in unbooked],
        without=others(unbooked, export.contacts),
    ),
)
talk(
    "condition",
    "If Kavish Naidoo's braces have an expected close date, move them to Moulds taken",
    changes={"TP-705": {"stage": "Moulds taken"}},
)
talk(
    "condition",
    "If Ruth Abrahamson's outstanding balance is above zero, tag her debtor",
    changes={},
)
talk(
    "ambiguous",
    says("Move the Naidoo check-up to Texted", asks=True, names=["Priya", "Kavish"]),
    "Priya",
    changes={"TP-704": {"stage": "Texted"}},
)
talk(
    "ambiguous",
    says("Note on Sipho: prefers afternoons", asks=True, names=["Dlamini", "Mokoena"]),
    "Dlamini",
    creates=[{"kind": "note", "contact": "P5006", "text": "prefers afternoons"}],
)
talk(
    "ambiguous",
    says("van der Merwe's new e-mail is vdm@pos.example", asks=True, names=["Pieter", "Annelize"]),
    "Annelize",
    changes={"P5003": {"email": "vdm@pos.example"}},
)
talk(
    "undo",
    says("Move TP-771 to Quoted", does=True),
    says("undo that please", does=True),
    changes={},
)
talk(
    "correction",
    says("Give Chidi Nwosu's check-up to Craig", does=True),
    "No, to Imraan, sorry",
    changes={"TP-748": {"owner": IMRAAN}},
)
talk(
    "correction",
    "Move TP-723 to Approved, no wait, to At the medical aid",
    changes={"TP-723": {"stage": "At the medical aid"}},
)
talk(
    "impossible",
    says("Collect the 450 rand from Daniel Feldman's bank account", refuses=True),
)
talk("impossible", says("Print the consent form for Anand Pillay", refuses=True))
talk(
    "pronouns",
    says("Which branch does Deepika Govender go to?", names=["Claremont"]),
    says("And what is her outstanding balance?", figures=[3120]),
    "Put her recall date on 15 April",
    changes={"P5030": {"custom:recall_date": date(2027, 4, 15)}},
)
talk(
    "chain",
    "Michelle Fortuin's veneers: move to Plan drawn up, follow-up on Friday, and note on her"
    " that she wants them before the wedding",
    changes={"TP-773": {"stage": "Plan drawn up", "next_follow_up_on": date(2027, 3, 19)}},
    creates=[{"kind": "note", "contact": "P5052", "text": "before the wedding"}],
)
talk(
    "fields",
    "The Salie dentures are not urgent any more, priority normal",
    changes={"TP-734": {"priority": "normal"}},
)
talk("money", "The Kearney bridge will be R18 200", changes={"TP-766": {"value": 18_200}})
talk(
    "money",
    "Take 10% off the Phiri dentures",
    changes={"TP-717": {"value": only(c.value for c in plans if c.id == "TP-717") * 9 // 10}},
)
talk(
    "fields",
    "Jerome Arendse asked us not to contact him any more, mark him do not contact",
    changes={"P5053": {"do_not_contact": True}},
)
vips = [row for row in export.contacts if "vip" in row.tags]
silent = [row for row in vips if (export.last_touch(row) or date.min) < date(2027, 1, 1)]
talk(
    "silence",
    says(
        "Which vip patients had no call, email or meeting this year?",
        names=[row.name for row in silent],
        without=others(silent, export.contacts),
    ),
)
stuck = [card for card in open_plans if (export.today - card.entered_on).days > 60]
talk(
    "relative dates",
    says(
        "Which open treatment plans have been in their stage for more than 60 days?",
        names=[card.person.last for card in stuck],
        without=others(people(stuck), people([c for c in open_plans if c not in stuck])),
    ),
)
