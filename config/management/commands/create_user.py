"""Let a person into an organization."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from agents import tokens
from audit.actions import Refusal
from audit.actors import system
from crm import people
from crm.models import Role, User


class Command(BaseCommand):
    help = "Lets a person into an organization and prints their reference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="what they log in with")
        parser.add_argument("--organization", required=True, help="a reference, an id or a name")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--name", default="", help="what they are called")
        parser.add_argument("--password", help="without one they cannot log in yet")
        parser.add_argument("--token", action="store_true", help="print a personal API token, once")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organization = people.find_organization(options["organization"])
            by = system(organization.pk)
            membership = people.add_member(
                organization,
                email=options["email"],
                role=options["role"],
                name=options["name"],
                password=options["password"],
                by=by,
            )
            self.stdout.write(membership.ref)
            if options["token"]:
                self.stdout.write(tokens.issue_for_member(membership, by=by))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["password"]:
            self.warn_of_weak(options["password"], membership.user)
        if not membership.user.has_usable_password():
            email = membership.user.email
            self.stderr.write(f"No password yet: uv run manage.py changepassword {email}")

    def warn_of_weak(self, password: str, user: User) -> None:
        """Say what is wrong with a password; whoever has this command may set it all the same."""
        try:
            validate_password(password, user)
        except ValidationError as problem:
            self.stderr.write(f"This password is easy to guess: {' '.join(problem.messages)}")
