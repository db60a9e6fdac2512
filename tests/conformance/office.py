"""The people of the instance under test: who asks, and a person who decides what waits."""

import threading
from datetime import timedelta

from django.db import connection

from agents import agents, tokens
from agents.calls import resumption
from approvals import approvals
from approvals.approvals import AlreadyDecided
from approvals.deciders import Person, as_person
from approvals.decisions import Stale
from approvals.models import Approval
from audit import clock
from audit.actions import tenant
from audit.actors import Door, system
from crm import people
from crm.models import Role
from tests.conformance.tools import failing_job

PAUSE = 0.1  # seconds between two looks at what waits
SOON = 1.0  # seconds until a person has decided what does not say how long
TOOLS = [
    "answer",
    *("test_simple_text", "test_image_content", "test_audio_content", "test_embedded_resource"),
    *("test_multiple_content_types", "test_error_handling", "test_tool_with_progress"),
    *("test_logging_tool", "test_streaming_elicitation", "test_missing_capability"),
    *("test_tool_with_logging", "test_sampling", "test_elicitation"),
    *("test_elicitation_sep1034_defaults", "test_elicitation_sep1330_enums"),
    *(
        f"test_input_required_result_{name}"
        for name in (
            *("elicitation", "sampling", "list_roots", "request_state", "tampered_state"),
            *("multiple_inputs", "multi_round", "capabilities"),
        )
    ),
    *("greet", "slow_compute", "failing_job", "protocol_error_job"),
    *("confirm_delete", "multi_input", "test_tool_with_task"),
]


class Office:
    """An organization with an agent for the suite and Mo, who decides."""

    def __init__(self) -> None:
        home = people.create_organization("Conformance", by=system(None))
        joined = people.add_member(
            home, email="mo@conformance.example", name="Mo", role=Role.OWNER, by=system(home.pk)
        )
        self.home = home.pk
        self.mo: Person = as_person(people.actor_of(joined, door=Door.BOARD))
        suite = agents.create(
            "Suite",
            persona="sales",
            by=self.mo,
            tools=TOOLS,
            learning_mode=False,
            calls_per_minute=1_000_000,
            writes_per_hour=1_000_000,
            records_per_day=1_000_000,
        )
        self.token = tokens.issue_for_agent(suite, by=self.mo)
        self.closing = threading.Event()

    def work(self) -> None:
        """Decide what waits, when its time has come, until the office closes."""
        while not self.closing.wait(PAUSE):
            with tenant(self.home):
                waiting = list(Approval.objects.waiting())
            for approval in waiting:
                if self.is_due(approval):
                    self.decide(approval)
        connection.close()

    def is_due(self, approval: Approval) -> bool:
        seconds = float(approval.arguments.get("seconds", SOON))
        return clock.real_now() - approval.asked_at >= timedelta(seconds=seconds)

    def decide(self, approval: Approval) -> None:
        """Decide one, and see to it that it is carried out or may be asked again."""
        try:
            if approval.tool == failing_job.__name__:
                refused = approvals.refuse(approval, by=self.mo, because="It always fails.")
                approvals.lift_rejection(refused, by=self.mo)
            else:
                granted = approvals.grant(approval, by=self.mo)
                resumption.resume(granted)
        except (AlreadyDecided, Stale):
            return  # it was cancelled a moment ago, or can no longer be done
