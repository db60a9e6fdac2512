"""Suggest which field each column of a CSV file fills."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.imports import cells, reading
from crm.imports.kinds import KINDS
from crm.imports.reading import UnreadableFile


class Command(BaseCommand):
    help = "Prints JSON: each header with the field it fills, or null."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", choices=list(KINDS), help="what the rows are")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            table = reading.open_csv(file)
            suggestion = cells.suggest(table, options["kind"], filename=file.name)
        except UnreadableFile as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps(suggestion.as_json(), indent=2, ensure_ascii=False))
