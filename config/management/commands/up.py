"""Run the whole product on this machine."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError

from config.stack import claims, postgres, product, state
from config.stack.journal import Journal
from config.stack.supervisor import Failed


class Command(BaseCommand):
    help = (
        "Runs database, broker, web server, worker and clock until Ctrl-C; sets up what is missing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="default: %(default)s")
        parser.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
        # Settings start from it, so manage.py has taken it by now.
        parser.add_argument(
            "--state", type=Path, help="folder of all local data (WHEELHOUSE_STATE)"
        )
        parser.add_argument("--no-demo", action="store_true", help="no demo organization")

    def handle(self, *args: Any, **options: Any) -> None:
        site = product.Site(
            state=settings.STATE_DIR,
            host=options["host"],
            port=options["port"],
            demo=not options["no_demo"] and "seed_demo" in get_commands(),
            embedded_database=settings.EMBEDDED_DATABASE,
            embedded_broker=settings.EMBEDDED_BROKER,
            redis_url=settings.REDIS_URL,
            can_migrate="owner" in settings.DATABASES,
            allowed_host=accepted_host(),
        )
        try:
            product.run(site, Journal(sys.stdout))
        except (Failed, claims.Taken, state.Unusable, postgres.DidNotStart) as problem:
            raise CommandError(str(problem)) from None


def accepted_host() -> str:
    """Return a Host header that our own settings let through."""
    first = (settings.ALLOWED_HOSTS or ["localhost"])[0]
    return "localhost" if first == "*" else first.lstrip(".")
