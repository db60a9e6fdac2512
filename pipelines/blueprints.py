"""Blueprints: pipelines to begin with. A person or an agent changes them as they like."""

from dataclasses import dataclass, field
from typing import Any

from audit.actions import Refusal
from crm import fields
from pipelines.models import Colour, PipelineType, StageKind


class NoSuchBlueprint(Refusal):
    """There is no blueprint of that name."""


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """
    A pipeline that can be made at once.

    :param settings: columns of the pipeline
    :param stages: as `stages.create_all` describes them
    """

    key: str
    name: str
    settings: dict[str, Any]
    stages: list[dict[str, Any]] = field(default_factory=list)


def get(key: str) -> Blueprint:
    """
    Return the blueprint of a key.

    :raises NoSuchBlueprint: names those there are
    """
    if key not in BLUEPRINTS:
        raise NoSuchBlueprint(fields.not_a_choice(key, BLUEPRINTS), blueprints=list(BLUEPRINTS))
    return BLUEPRINTS[key]


def known(path: str, label: str) -> dict[str, Any]:
    """Return a criterion that holds once a field is filled."""
    return {"label": label, "condition": [{"field": path, "op": "is_not_empty"}]}


SALES = Blueprint(
    key="sales",
    name="Sales",
    settings={
        "subtype": PipelineType.SALES,
        "description": "From a first sign of interest to a customer.",
        "icon": "trending-up",
        "colour": Colour.BLUE,
        "assistant": "sales",
    },
    stages=[
        {
            "name": "Lead",
            "description": "Somebody who may want what we offer.",
            "colour": Colour.GREY,
            "icon": "user-plus",
            "win_percent": 10,
            "max_days": 14,
            "exit_criteria": [
                known("contact.email", "E-mail known"),
                known("contact.company", "Company known"),
            ],
            "suggested_prompts": [
                "Research this contact and their company",
                "Draft a first message",
            ],
        },
        {
            "name": "Qualified",
            "description": "There is a need, a budget and somebody who decides.",
            "colour": Colour.BLUE,
            "icon": "user-check",
            "win_percent": 25,
            "max_days": 21,
            "required_fields": ["position.value_cents"],
            "exit_criteria": ["budget_confirmed", "decision_maker_identified"],
            "suggested_prompts": [
                "What is still missing to qualify this deal?",
                "Find similar deals that were won",
            ],
        },
        {
            "name": "Demo",
            "description": "They have seen it work.",
            "colour": Colour.TEAL,
            "icon": "presentation",
            "win_percent": 50,
            "max_days": 21,
            "exit_criteria": ["demo_held"],
            "suggested_prompts": ["Prepare the demo", "Summarize what they asked"],
        },
        {
            "name": "Proposal",
            "description": "They have our offer.",
            "colour": Colour.ORANGE,
            "icon": "file-text",
            "win_percent": 75,
            "max_days": 30,
            "required_fields": ["position.expected_close_on"],
            "exit_criteria": [
                {
                    "label": "Value is more than nothing",
                    "condition": [{"field": "position.value_cents", "op": ">", "value": 0}],
                },
                "proposal_accepted",
            ],
            "suggested_prompts": ["Draft a follow-up", "What speaks against this deal?"],
        },
        {
            "name": "Customer",
            "description": "They have signed.",
            "kind": StageKind.WON,
            "colour": Colour.GREEN,
            "icon": "badge-check",
            "win_percent": 100,
            "ai_can_automate": False,
        },
        {
            "name": "Lost",
            "description": "Not this time.",
            "kind": StageKind.LOST,
            "colour": Colour.RED,
            "icon": "x-circle",
            "win_percent": 0,
        },
    ],
)

SUPPORT = Blueprint(
    key="support",
    name="Support",
    settings={
        "subtype": PipelineType.SUPPORT,
        "description": "From a question to an answer that helped.",
        "icon": "life-buoy",
        "colour": Colour.TEAL,
        "assistant": "support",
    },
    stages=[
        {
            "name": "New",
            "description": "Nobody has looked at it yet.",
            "colour": Colour.GREY,
            "icon": "inbox",
            "max_days": 1,
            "exit_criteria": [known("position.priority", "Priority set")],
            "suggested_prompts": ["How urgent is this?", "Has this come up before?"],
        },
        {
            "name": "Triaged",
            "description": "We know how urgent it is and who sees to it.",
            "colour": Colour.YELLOW,
            "icon": "list-checks",
            "max_days": 2,
            "can_skip": True,
            "exit_criteria": [known("position.owner", "Owner set")],
            "suggested_prompts": ["Suggest who should see to this"],
        },
        {
            "name": "In Progress",
            "description": "Somebody is on it.",
            "colour": Colour.BLUE,
            "icon": "wrench",
            "max_days": 7,
            "exit_criteria": ["answer_sent"],
            "suggested_prompts": ["Draft an answer", "Summarize what was tried"],
        },
        {
            "name": "Resolved",
            "description": "It works again, or the question is answered.",
            "kind": StageKind.WON,
            "colour": Colour.GREEN,
            "icon": "check-circle",
            "win_percent": 100,
        },
    ],
)

ONBOARDING = Blueprint(
    key="onboarding",
    name="Onboarding",
    settings={
        "subtype": PipelineType.ONBOARDING,
        "description": "From a signature to everyday use.",
        "icon": "rocket",
        "colour": Colour.PURPLE,
        "assistant": "support",
    },
    stages=[
        {
            "name": "Welcome",
            "description": "They have signed and hear from us.",
            "colour": Colour.GREY,
            "icon": "hand",
            "max_days": 3,
            "exit_criteria": [known("position.owner", "Owner set"), "kick_off_held"],
            "suggested_prompts": ["Draft a welcome", "Suggest a kick-off date"],
        },
        {
            "name": "Setup",
            "description": "Accounts, data and connections.",
            "colour": Colour.BLUE,
            "icon": "settings",
            "max_days": 14,
            "exit_criteria": ["accounts_created", "data_imported"],
            "suggested_prompts": ["What is still to set up?"],
        },
        {
            "name": "Training",
            "description": "They learn to use it.",
            "colour": Colour.TEAL,
            "icon": "graduation-cap",
            "max_days": 14,
            "exit_criteria": ["training_held"],
            "suggested_prompts": ["Draft a training plan"],
        },
        {
            "name": "Live",
            "description": "They use it every day.",
            "kind": StageKind.WON,
            "colour": Colour.GREEN,
            "icon": "check-circle",
            "win_percent": 100,
        },
        {
            "name": "Dropped out",
            "description": "They stopped on the way.",
            "kind": StageKind.LOST,
            "colour": Colour.RED,
            "icon": "x-circle",
            "win_percent": 0,
        },
    ],
)

PARTNER = Blueprint(
    key="partner",
    name="Partners",
    settings={
        "subtype": PipelineType.PARTNER,
        "description": "From an application to a partnership that works.",
        "icon": "handshake",
        "colour": Colour.ORANGE,
        "assistant": "sales",
    },
    stages=[
        {
            "name": "Application",
            "description": "They want to work with us.",
            "colour": Colour.GREY,
            "icon": "file-plus",
            "win_percent": 20,
            "max_days": 7,
            "exit_criteria": [known("contact.company", "Company known"), "application_reviewed"],
            "suggested_prompts": ["Research this company", "Is this a fit for us?"],
        },
        {
            "name": "Technical review",
            "description": "Do our products go together?",
            "colour": Colour.BLUE,
            "icon": "cpu",
            "win_percent": 40,
            "max_days": 21,
            "exit_criteria": ["integration_tested", "security_reviewed"],
            "suggested_prompts": ["List what the integration needs"],
        },
        {
            "name": "Contract",
            "description": "Terms are agreed and signed.",
            "colour": Colour.ORANGE,
            "icon": "file-signature",
            "win_percent": 75,
            "max_days": 30,
            "exit_criteria": ["terms_agreed", "contract_signed"],
            "suggested_prompts": ["Summarize the open points"],
        },
        {
            "name": "Active partner",
            "description": "We work together.",
            "kind": StageKind.WON,
            "colour": Colour.GREEN,
            "icon": "handshake",
            "win_percent": 100,
            "requires_approval": True,
            "ai_can_automate": False,
        },
        {
            "name": "Declined",
            "description": "It does not fit.",
            "kind": StageKind.LOST,
            "colour": Colour.RED,
            "icon": "x-circle",
            "win_percent": 0,
        },
    ],
)

UPSELL = Blueprint(
    key="upsell",
    name="Upsell",
    settings={
        "subtype": PipelineType.SALES,
        "description": "From a customer to a customer with more.",
        "icon": "arrow-up-circle",
        "colour": Colour.PINK,
        "assistant": "sales",
    },
    stages=[
        {
            "name": "Identified",
            "description": "A customer who may need more.",
            "colour": Colour.GREY,
            "icon": "search",
            "win_percent": 15,
            "max_days": 30,
            "exit_criteria": ["need_confirmed"],
            "suggested_prompts": ["What do they use, and what do they lack?"],
        },
        {
            "name": "Discussed",
            "description": "We have talked about it.",
            "colour": Colour.BLUE,
            "icon": "message-circle",
            "win_percent": 40,
            "max_days": 30,
            "required_fields": ["position.value_cents"],
            "exit_criteria": ["decision_maker_identified"],
            "suggested_prompts": ["Prepare the conversation"],
        },
        {
            "name": "Offer",
            "description": "They have our offer.",
            "colour": Colour.ORANGE,
            "icon": "file-text",
            "win_percent": 70,
            "max_days": 30,
            "required_fields": ["position.expected_close_on"],
            "exit_criteria": ["offer_accepted"],
            "suggested_prompts": ["Draft a follow-up"],
        },
        {
            "name": "Expanded",
            "description": "They have more of us.",
            "kind": StageKind.WON,
            "colour": Colour.GREEN,
            "icon": "badge-check",
            "win_percent": 100,
            "ai_can_automate": False,
        },
        {
            "name": "Not now",
            "description": "They stay as they are.",
            "kind": StageKind.LOST,
            "colour": Colour.RED,
            "icon": "x-circle",
            "win_percent": 0,
        },
    ],
)

BLUEPRINTS = {each.key: each for each in [SALES, SUPPORT, ONBOARDING, PARTNER, UPSELL]}
