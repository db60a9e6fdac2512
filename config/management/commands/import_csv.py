"""Import a CSV file into an organization."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError

from audit.actions import Refusal, tenant
from audit.actors import Actor, Door, system
from crm import people, refs
from crm.imports import running
from crm.imports.kinds import KINDS
from crm.imports.receipts import Receipt
from crm.models import Import

NAMED = 20  # rows that did not go in


class Command(BaseCommand):
    help = "Imports a CSV file and prints a receipt, with the import's reference to undo it by."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--resume", metavar="import:ID", help="go on with one that stopped")
        parser.add_argument("--organization", required=True, help="a reference, an id or a name")
        parser.add_argument("--kind", choices=list(KINDS), help="what the rows are")
        parser.add_argument("--pipeline", default="", help="for cards whose row names none")
        parser.add_argument("--map", type=Path, help="JSON: each header with its field")
        parser.add_argument("--source", default=running.SOURCE, help="whose the file's ids are")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["resume"] and (options["dry_run"] or options["file"]):
                raise CommandError("--resume goes with --organization alone.")
            organization = people.find_organization(options["organization"])
            by = system(organization.pk, door=Door.IMPORT)
            importing = (
                _find(options["resume"], by=by) if options["resume"] else _begin(options, by)
            )
            if options["dry_run"]:
                receipt = running.rehearse(importing, by=by, rows=None)
                with tenant(organization.pk):
                    running.forget(importing, by=by)
            else:
                receipt = running.run(importing, by=by)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self._print(receipt)
        if not options["dry_run"]:
            self.stdout.write(importing.ref)

    def _print(self, receipt: Receipt) -> None:
        for name in ("read", "created", "updated", "merged", "skipped", "kept", "failed"):
            self.stdout.write(f"{name} {getattr(receipt, name)}")
        for what, count in receipt.also.items():
            self.stdout.write(f"also {what} {count}")
        for problem in receipt.problems[:NAMED]:
            self.stdout.write(f"line {problem.line}: {problem.reason}")
        if len(receipt.problems) > NAMED:
            self.stdout.write(f"and {len(receipt.problems) - NAMED} more")


def _begin(options: Mapping[str, Any], by: Actor) -> Import:
    if options["file"] is None:
        raise CommandError("Name a file to import, or one that stopped: --resume import:42.")
    return running.begin(
        _read(options["file"]),
        by=by,
        filename=options["file"].name,
        kind=options["kind"],
        mapping=_read_mapping(options["map"]),
        options=running.Options(pipeline=options["pipeline"], source=options["source"]),
    )


def _find(ref: str, *, by: Actor) -> Import:
    with tenant(by.tenant_id):
        return cast(Import, refs.find(ref, "import", by=by))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error


def _read_mapping(file: Path | None) -> dict[str, str | None] | None:
    if file is None:
        return None
    try:
        mapping = json.loads(_read(file))
    except ValueError as error:
        raise CommandError(f"{file} is not JSON: {error}.") from error
    if not isinstance(mapping, dict) or not all(
        isinstance(value, str | None) for value in mapping.values()
    ):
        raise CommandError(f'{file} should hold {{"header": "field" or null}}.')
    return mapping
