"""Make room for a new organization."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.actions import Refusal, action
from audit.actors import system
from crm import people
from crm.models import Organization
from pipelines import pipelines
from pipelines.blueprints import BLUEPRINTS


class Command(BaseCommand):
    help = "Creates an organization, with pipelines to begin with, and prints its reference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what it is called")
        parser.add_argument(
            "--template",
            default="",
            metavar="A,B,…",
            help=f"pipelines to make: {', '.join(BLUEPRINTS)}",
        )
        parser.add_argument("--currency", default="USD", help="ISO 4217 (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        templates = [key.strip() for key in options["template"].split(",") if key.strip()]
        self._warn(options["name"])
        try:
            organization = create(options["name"], options["currency"], templates)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(organization.ref)

    def _warn(self, name: str) -> None:
        """Say where the name alone will not tell which is meant any more."""
        named = Organization.objects.filter(name__iexact=name.strip()).order_by("pk")
        if others := ", ".join(each.ref for each in named):
            self.stderr.write(
                f"{others} is called {name} already; from now on say which you mean by reference."
            )


def create(name: str, currency: str, templates: list[str]) -> Organization:
    """Create the organization and its pipelines, all or nothing."""
    nobody = system(None)
    with action("people.create_organization", by=nobody, arguments={"templates": templates}):
        organization = people.create_organization(name, currency=currency, by=nobody)
        for template in templates:
            pipelines.create_from_blueprint(template, by=system(organization.pk))
    return organization
