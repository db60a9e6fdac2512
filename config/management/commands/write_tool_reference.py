"""Write docs/tools.md from the registry."""

from typing import Any

from django.core.management.base import BaseCommand

from agents.forms import reference


class Command(BaseCommand):
    help = "Writes docs/tools.md, the reference of all tools, from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        file = reference.file()
        file.write_text(reference.render(), encoding="utf-8")
        self.stdout.write(f"{file.name} is current.")
