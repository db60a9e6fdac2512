"""Recompute the ledger's hashes; name the first row that does not hold."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import verification
from audit.actions import Refusal
from crm import people


class Command(BaseCommand):
    help = "Checks that the ledger is whole; otherwise names the first row that is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", help="a reference, an id or a name; else all")

    def handle(self, *args: Any, **options: Any) -> None:
        organization_id = None
        if options["organization"]:
            try:
                organization_id = people.find_organization(options["organization"]).pk
            except Refusal as refusal:
                raise CommandError(str(refusal)) from refusal
        verdict = verification.verify(organization_id)
        if verdict.broken is not None:
            raise CommandError(str(verdict.broken))
        self.stdout.write(f"The ledger is whole: {verdict.checked:,} rows.")
