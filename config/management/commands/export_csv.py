"""Export one kind of row as CSV, to standard output."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.actions import Refusal
from audit.actors import system
from crm import exports, people
from crm.exports import Archived


class Command(BaseCommand):
    help = "Writes rows of one kind as CSV to standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help="contacts, companies, positions, activities …")
        parser.add_argument("--organization", required=True, help="a reference, an id or a name")
        parser.add_argument("--pipeline", default="", help="only cards of this pipeline")
        parser.add_argument(
            "--archived",
            type=Archived,
            choices=list(Archived),
            default=Archived.WITH,
            help="rows that were put away: with (as usual), without or only",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organization = people.find_organization(options["organization"])
            by = system(organization.pk)
            chosen = {name: options[name] for name in ("pipeline", "archived")}
            for line in exports.stream(options["kind"], by=by, **chosen):
                self.stdout.write(line, ending="")
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
