"""`seed_demo`: make the demo organization, and leave how to get in beside the database."""

import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo import acme
from crm.models import Organization, User

# Where the web listens is known to whoever shows this.
CURL = (
    "curl -s <url>/api/tools/get_object/ -H 'Authorization: Bearer {token}'"
    ' -H \'Content-Type: application/json\' -d \'{{"arguments":{{"ref":"{ref}"}}}}\''
)


class Command(BaseCommand):
    """Make Acme: people, boards, records and two agents with a history. Once."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(email=f"ada@{acme.DOMAIN}").exists():
            raise CommandError("The demo organization is there already.")
        welcome = acme.make()
        curl = CURL.format(token=welcome.token, ref=welcome.position)
        file = settings.STATE_DIR / "demo.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(welcome) | {"curl": curl}, indent=2))
        name = Organization.objects.order_by("-pk").values_list("name", flat=True).first()
        self.stdout.write(f"{name} is ready; log-ins and a token are in {file}.")
