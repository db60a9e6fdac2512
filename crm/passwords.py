"""
The forms by which people log in and change passwords: Django's, whose saving is an action of ours.
"""

from typing import Any

from django.contrib.auth import forms
from django.forms import EmailInput

from audit.actions import current_tenant
from audit.actors import Actor, ActorKind, Door
from crm import people
from crm.models import User


class LoginForm(forms.AuthenticationForm):
    """A person logs in, by e-mail."""

    username = forms.UsernameField(label="E-mail", widget=EmailInput(attrs={"autofocus": True}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        says = "This e-mail and this password do not go together."
        self.error_messages = {**self.error_messages, "invalid_login": says}


class PasswordChangeForm(forms.PasswordChangeForm):
    """A person changes their own password."""

    def save(self, commit: bool = True) -> User:
        user = self.user
        by = Actor(
            kind=ActorKind.PERSON,
            id=user.pk,
            name=user.get_full_name(),
            organization_id=current_tenant(),
            door=Door.BOARD,
        )
        return people.set_password(user, password=self.cleaned_data["new_password1"], by=by)
