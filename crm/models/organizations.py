"""Organizations, the people who can log in, and who works where."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from audit import clock
from audit.actions import action, current_tenant
from audit.actors import Actor, Door, system
from crm import currencies


class UserManager(BaseUserManager["User"]):
    """Users, by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password no log-in is possible."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a superuser, as the product's own act: Django's command knows no actions."""
        with action("people.create_superuser", by=system(current_tenant())) as doing:
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            doing.aim(user)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


# Who may do what is decided, not taken back along with other things.
ON_PURPOSE = "who may come in, and as what, is changed by people, on purpose"


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can log in, to any number of organizations."""

    undo_keeps: ClassVar[dict[str, str]] = dict.fromkeys(
        ["is_staff", "is_superuser", "is_active"], ON_PURPOSE
    )

    email = models.EmailField(unique=True)
    # The ledger withholds it, so a deleted user comes back with a password nothing matches.
    password = models.CharField(max_length=128, db_default="!")
    name = models.CharField(max_length=200, blank=True)
    is_staff = models.BooleanField(default=False, help_text="May open the admin.")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def ref(self) -> str:
        return f"user:{self.pk}"

    def get_full_name(self) -> str:
        return self.name or self.email

    def check_password(self, raw_password: str | None) -> bool:
        """Compare as Django does; a hash of an older kind is renewed, as the product's own act."""

        def renew(raw_password: str) -> None:
            self.set_password(raw_password)
            self._password = None
            by = system(current_tenant(), door=Door.BOARD)
            with action("people.renew_password_hash", by=by, target=self):
                self.save(update_fields=["password"])

        return check_password(raw_password, self.password, renew)


class OrganizationQuerySet(models.QuerySet):
    """Organizations."""

    def visible_to(self, actor: Actor) -> "OrganizationQuerySet":
        """The one that `actor` acts in."""
        return self.filter(pk=actor.organization_id)

    def in_use(self) -> "OrganizationQuerySet":
        """Those that were not put away."""
        return self.filter(archived_at=None)


class Organization(models.Model):
    """A tenant: everything else belongs to one."""

    undo_keeps: ClassVar[dict[str, str]] = {
        "agents_paused_at": "agents are stopped and let go on by people, on purpose"
    }

    name = models.CharField(max_length=200)
    currency = models.CharField(
        max_length=3,
        default="USD",
        validators=[currencies.check],
    )
    rates = models.JSONField(
        default=dict,
        blank=True,
        help_text='What one unit of another currency is worth in its own: {"EUR": 1.08}.',
    )
    time_zone = models.CharField(max_length=60, default="UTC")
    country = models.CharField(
        max_length=2, default="US", help_text="ISO 3166: how phone numbers without a prefix read."
    )
    agents_paused_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when no agent may act."
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = OrganizationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        return f"organization:{self.pk}"


class Role(models.TextChoices):
    """What someone may do in an organization; each includes those before it."""

    VIEWER = "viewer"
    MEMBER = "member"
    MANAGER = "manager"
    OWNER = "owner"


class MembershipQuerySet(models.QuerySet):
    """Memberships."""

    def visible_to(self, actor: Actor) -> "MembershipQuerySet":
        """Those of the actor's organization."""
        return self.filter(organization_id=actor.organization_id)

    def in_use(self) -> "MembershipQuerySet":
        """All of them: who has left is still somebody that rows name."""
        return self

    def active(self) -> "MembershipQuerySet":
        """Those that let someone in."""
        return self.filter(
            joined_at__isnull=False,
            ended_at=None,
            user__is_active=True,
            organization__archived_at=None,
        )


class Membership(models.Model):
    """A person's place in an organization; until they join it only names them, as on cards."""

    undo_keeps: ClassVar[dict[str, str]] = dict.fromkeys(
        ["role", "joined_at", "ended_at"], ON_PURPOSE
    )

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_membership_each"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"

    @property
    def ref(self) -> str:
        return f"member:{self.pk}"
