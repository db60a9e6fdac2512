"""The forms by which people change passwords: Django's, whose saving is an action of ours."""

from django.contrib.auth import forms

from audit.actions import current_tenant
from audit.actors import Actor, ActorKind, Door
from crm import people
from crm.models import User


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
