"""Hire an agent."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agents import agents, personas, tokens, tools  # noqa: F401  (the catalogue)
from audit.actions import Refusal, action
from audit.actors import system
from crm import edits, people


class Command(BaseCommand):
    help = "Creates an agent and prints its token, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what it is called")
        parser.add_argument("--persona", required=True, choices=list(personas.load()))
        parser.add_argument("--organization", required=True, help="a reference, an id or a name")
        parser.add_argument(
            "--scope", default="", metavar="TOOL,…", help="the only tools (default: its persona's)"
        )
        parser.add_argument("--owner", help="e-mail address of the member who answers for it")
        parser.add_argument(
            "--no-learning",
            action="store_true",
            help="let it act on its own at once, as policy says; else people approve all it does",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        scope = [name.strip() for name in options["scope"].split(",") if name.strip()]
        try:
            organization = people.find_organization(options["organization"])
            by = system(organization.pk)
            with action("agents.hire", by=by, arguments={"name": options["name"]}):
                agent = agents.create(
                    options["name"],
                    persona=options["persona"],
                    tools=scope,
                    owner=edits.find_member(options["owner"], by=by),
                    learning_mode=not options["no_learning"],
                    by=by,
                )
                token = tokens.issue_for_agent(agent, by=by)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stderr.write(f"{agent.ref}: its token, which is not shown again:")
        self.stdout.write(token)
