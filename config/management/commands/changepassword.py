"""Django's changepassword, as an action."""

from typing import Any

from django.contrib.auth.management.commands.changepassword import Command as ChangePassword

from audit.actions import action
from audit.actors import system


class Command(ChangePassword):
    def handle(self, *args: Any, **options: Any) -> Any:
        with action("people.set_password", by=system(None)):
            return super().handle(*args, **options)
