"""
Forms of people, companies, tasks and what passed between us.

They read what was typed; the commands decide what may be stored, and what they refuse is shown at
the field it concerns.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from audit.actors import Actor
from crm import custom_fields, edits, recipients
from crm.fields import FieldError
from crm.models import Contact, CustomField, Membership
from crm.models.activities import ActivityKind, Direction
from crm.models.emails import LONGEST_BODY, LONGEST_SUBJECT
from crm.models.fields import FieldType
from crm.models.tenancy import ObjectRow

CUSTOM = edits.CUSTOM
# What people log themselves; openings, clicks and page views come from elsewhere.
BY_HAND = [
    ActivityKind.CALL,
    ActivityKind.MEETING,
    ActivityKind.EMAIL,
    ActivityKind.NOTE,
    ActivityKind.OTHER,
]


class MemberField(forms.ModelChoiceField):
    """One of the organization's people, those without a log-in included."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Membership.objects.none(), required=False, empty_label="Nobody", **options)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.user)


class ListField(forms.CharField):
    """Several words or phrases, separated by commas."""

    def to_python(self, value: Any) -> Any:
        return [
            part.strip() for part in (super().to_python(value) or "").split(",") if part.strip()
        ]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class MoneyField(forms.DecimalField):
    """An amount as people write it, in units; its value is in minor units."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=2, **options)

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 100:.2f}" if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except forms.ValidationError:
            return True


class CommandForm(forms.Form):
    """A form whose values go to a command."""

    use_required_attribute = True

    def show(self, refusal: FieldError) -> None:
        """Show what a command refused, at the field it concerns or above them all."""
        for name, says in refusal.fields.items():
            self.add_error(name if name in self.fields else None, says)

    def offer_members(self, name: str, by: Actor) -> None:
        """Let a field choose among the people of the actor's organization."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        members = Membership.objects.visible_to(by).filter(ended_at=None)
        field.queryset = members.select_related("user").order_by("user__name", "user__email")


class RecordForm(CommandForm):
    """A contact or a company, with the organization's own fields after the others."""

    on = ""

    def __init__(self, *args: Any, by: Actor, record: ObjectRow | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offer_members("owner", by)
        self._declared = custom_fields.find(by.organization_id or 0, self.on)
        for declared in self._declared:
            self.fields[f"{CUSTOM}{declared.key}"] = custom_form_field(declared)
        if record is not None:
            self.initial.update(self._values(record))

    def changes(self) -> dict[str, Any]:
        """Return what was typed into fields that differ from what was shown, for a command."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def _values(self, record: ObjectRow) -> dict[str, Any]:
        own = {f"{CUSTOM}{each.key}": record.properties.get(each.key) for each in self._declared}
        columns = {name: getattr(record, name) for name in self.fields if hasattr(record, name)}
        return {**columns, **own}


class ContactForm(RecordForm):
    """A contact."""

    on = "contact"

    name = forms.CharField(
        max_length=300, required=False, help_text="Made from the next two where it is empty."
    )
    first_name = forms.CharField(max_length=150, required=False)
    last_name = forms.CharField(max_length=150, required=False)
    email = forms.CharField(label="E-mail", max_length=254, required=False)
    other_emails = ListField(label="Other e-mails", required=False)
    phone = forms.CharField(max_length=60, required=False)
    mobile = forms.CharField(max_length=60, required=False)
    job_title = forms.CharField(max_length=200, required=False)
    company = forms.CharField(max_length=300, required=False)
    owner = MemberField()
    linkedin_url = forms.CharField(label="LinkedIn", max_length=500, required=False)
    subtype = forms.CharField(label="Type", max_length=40, required=False)
    source = forms.CharField(max_length=120, required=False)
    language = forms.CharField(max_length=35, required=False)
    time_zone = forms.CharField(max_length=60, required=False)
    address = forms.CharField(max_length=300, required=False)
    city = forms.CharField(max_length=120, required=False)
    region = forms.CharField(max_length=120, required=False)
    postal_code = forms.CharField(max_length=30, required=False)
    country = forms.CharField(max_length=120, required=False)
    tags = ListField(required=False, help_text="Separated by commas.")
    do_not_contact = forms.BooleanField(required=False)
    description = forms.CharField(
        max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def _values(self, record: ObjectRow) -> dict[str, Any]:
        assert isinstance(record, Contact)
        return super()._values(record) | {"company": record.company.name if record.company else ""}


class CompanyForm(RecordForm):
    """A company."""

    on = "company"

    name = forms.CharField(max_length=300)
    domain = forms.CharField(max_length=253, required=False)
    industry = forms.CharField(max_length=120, required=False)
    employees = forms.IntegerField(min_value=0, max_value=2_000_000_000, required=False)
    revenue_cents = MoneyField(label="Revenue a year", required=False)
    technologies = ListField(required=False, help_text="Separated by commas.")
    phone = forms.CharField(max_length=60, required=False)
    website = forms.CharField(max_length=500, required=False)
    owner = MemberField()
    address = forms.CharField(max_length=300, required=False)
    city = forms.CharField(max_length=120, required=False)
    region = forms.CharField(max_length=120, required=False)
    postal_code = forms.CharField(max_length=30, required=False)
    country = forms.CharField(max_length=120, required=False)
    description = forms.CharField(
        max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class TaskForm(CommandForm):
    """Something to do."""

    title = forms.CharField(max_length=500)
    due_at = forms.DateTimeField(
        label="Due",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    assignee = MemberField()
    notes = forms.CharField(
        max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_members("assignee", by)
        self.fields["assignee"].initial = by.membership_id


class EmailForm(CommandForm):
    """An e-mail to one of a contact's own addresses."""

    to_address = forms.ChoiceField(label="To")
    subject = forms.CharField(max_length=LONGEST_SUBJECT)
    body = forms.CharField(
        label="Text", max_length=LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 12})
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to_address"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each, each) for each in recipients.find_addresses(contact)]


class ActivityForm(CommandForm):
    """Something that passed between us and a contact."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in BY_HAND])
    direction = forms.ChoiceField(choices=[("", "Neither"), *Direction.choices], required=False)
    subject = forms.CharField(max_length=500, required=False)
    outcome = forms.CharField(max_length=120, required=False)
    occurred_at = forms.DateTimeField(
        label="When",
        required=False,
        help_text="Now, if left empty.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    body = forms.CharField(
        label="What was said",
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def custom_form_field(declared: CustomField) -> forms.Field:
    """Return a form field for one of the organization's own."""
    common: dict[str, Any] = {"label": declared.label, "required": False}
    if declared.type == FieldType.CHOICE:
        options = [(choice, choice) for choice in declared.choices]
        return forms.ChoiceField(choices=[("", "—"), *options], **common)
    if declared.type == FieldType.YES_NO:
        answers = [("", "—"), (True, "Yes"), (False, "No")]
        return forms.TypedChoiceField(
            choices=answers, coerce=lambda text: text == "True", empty_value=None, **common
        )
    if declared.type == FieldType.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if declared.type == FieldType.NUMBER:
        return forms.DecimalField(max_digits=20, **common)
    if declared.type == FieldType.MONEY:
        return MoneyField(**common)
    return forms.CharField(max_length=10_000, **common)


def shown_fields(
    record: ObjectRow, declared: Iterable[CustomField], *, currency: str
) -> list[dict[str, Any]]:
    """Return the organization's own fields of a record with their values, for display."""
    return [
        {
            "label": field.label,
            "type": field.type,
            "value": _shown_value(field, record.properties.get(field.key)),
            "currency": currency,
        }
        for field in declared
    ]


def _shown_value(field: CustomField, value: Any) -> Any:
    return date.fromisoformat(value) if field.type == FieldType.DATE and value else value
