#!/usr/bin/env python
"""Wheelhouse's command line."""

import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, execute_from_command_line
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from config.stack import arguments, postgres, state


def main(argv: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if folder := arguments.state_in(argv):
        os.environ["WHEELHOUSE_STATE"] = folder
    try:
        run(argv)
        sys.stdout.flush()
    except (state.Unusable, postgres.DidNotStart, ImproperlyConfigured) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever read what we print has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(argv: list[str]) -> None:
    """Run a command; where there is no DATABASE_URL, with the embedded database for as long."""
    if not (settings.EMBEDDED_DATABASE and arguments.need_database(argv)):
        execute_from_command_line(argv)
        return
    with postgres.borrowed(settings.STATE_DIR):
        if arguments.need_tables(argv):
            migrate_if_behind()
        execute_from_command_line(argv)


def migrate_if_behind() -> None:
    """Bring the embedded database to the present code, in silence: standard output is data."""
    django.setup()
    executor = MigrationExecutor(connections["owner"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()


if __name__ == "__main__":
    main(sys.argv)
