"""What sorts of value there are, how each is compared in SQL and in Python, and how it reads."""

import operator
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import BooleanField, Case, F, Func, Q, Value, When
from django.db.models.functions import Collate, Lower, StrIndex
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
)

from crm import fields, refs
from crm.fields import Unsuitable

MOST_VALUES = 200
LONGEST_TEXT = 1000
LARGEST_NUMBER = 10**15

# How each operator reads after "it must"; {} is the value.
WORDS = {
    "=": "be {}",
    "!=": "not be {}",
    "<": "be less than {}",
    "<=": "be at most {}",
    ">": "be more than {}",
    ">=": "be at least {}",
    "in": "be one of {}",
    "not_in": "be none of {}",
    "contains": "contain {}",
    "not_contains": "not contain {}",
    "is_empty": "be empty",
    "is_not_empty": "not be empty",
    "before": "be before {}",
    "after": "be after {}",
    "within_days": "be at most {} days from now",
    "older_than_days": "be more than {} days ago",
}
# An operator that holds exactly where another does not.
OPPOSITES = {
    "!=": "=",
    "not_in": "in",
    "not_contains": "contains",
    "is_not_empty": "is_empty",
}
EMPTY = ("is_empty", "is_not_empty")
EQUAL = ("=", "!=", "in", "not_in")
ORDER = ("<", "<=", ">", ">=")


class Kind:
    """
    A sort of value. What a subclass must say: how to read one, and how `=` and its like compare.

    `value` is what a condition compares with, as `read` returned it; `expression` is the column.
    """

    name: ClassVar[str]
    ops: ClassVar[tuple[str, ...]]

    def read(self, op: str, value: Any) -> Any:
        """
        Return the value of a condition as it is compared.

        :raises Unsuitable: if it does not fit the field
        """
        if op in EMPTY:
            return None
        if op in ("in", "not_in"):
            return self._read_many(value)
        return self.read_one(value)

    def read_one(self, value: Any) -> Any:
        raise NotImplementedError

    def column(self, name: str) -> Any:
        """Return the expression that stands for a column in comparisons."""
        return F(name)

    def actual(self, held: Any) -> Any:
        """Return what an object holds as it is compared; None where it is empty."""
        return held

    def filter(self, op: str, expression: Any, value: Any) -> Q:
        """Return the condition in SQL; never null."""
        if op in OPPOSITES:
            return negate(self.filter(OPPOSITES[op], expression, value))
        if op == "is_empty":
            return Q(IsNull(expression, True))
        if op == "in":
            return any_of(self.compare(expression, "=", each) for each in value)
        return self.compare(expression, op, value)

    def compare(self, expression: Any, op: str, value: Any) -> Q:
        """Return one plain comparison in SQL."""
        return Q(SQL[op](expression, Value(value)))

    def holds(self, op: str, actual: Any, value: Any) -> bool:
        """Say the same in Python."""
        if op in OPPOSITES:
            return not self.holds(OPPOSITES[op], actual, value)
        if op == "is_empty" or actual is None:
            return actual is None and op == "is_empty"
        if op == "in":
            return any(self.matches("=", actual, each) for each in value)
        return self.matches(op, actual, value)

    def matches(self, op: str, actual: Any, value: Any) -> bool:
        """Say the same as `compare`; `actual` is not empty."""
        return bool(PYTHON[op](actual, value))

    def show(self, value: Any) -> str:
        """Return a value, or what a condition gave for one, as it reads in a sentence."""
        return str(value)

    def plain(self, actual: Any) -> Any:
        """Return what an object holds as JSON says it."""
        return actual

    def _read_many(self, values: Any) -> list[Any]:
        if not isinstance(values, list | tuple) or not values:
            raise Unsuitable('This is a list, such as ["one", "two"].')
        if len(values) > MOST_VALUES:
            raise Unsuitable(f"At most {MOST_VALUES} values; this has {len(values):,}.")
        return [self.read_one(value) for value in values]


SQL: dict[str, Any] = {
    "=": Exact,
    "<": LessThan,
    "<=": LessThanOrEqual,
    ">": GreaterThan,
    ">=": GreaterThanOrEqual,
}
PYTHON: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def negate(condition: Q) -> Q:
    """Return what holds exactly where `condition` does not, nulls included."""
    return Q(Case(When(condition, then=False), default=True, output_field=BooleanField()))


def any_of(conditions: Iterable[Q]) -> Q:
    """Return what holds where one of `conditions` does."""
    either = Q()
    for condition in conditions:
        either |= condition
    return either


_SMALL = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}


def fold(text: str) -> str:
    """Return `text` with A to Z as a to z, as every PostgreSQL does in the collation C."""
    return text.translate(_SMALL)


class Text(Kind):
    """Free text."""

    name = "text"
    ops: ClassVar[tuple[str, ...]] = (*EQUAL, "contains", "not_contains", *EMPTY)

    def read_one(self, value: Any) -> str:
        text = fields.clean_text(value, longest=LONGEST_TEXT)
        if not text:
            raise Unsuitable("Say what to compare with, or use is_empty.")
        return fold(text)

    def column(self, name: str) -> Any:
        return Lower(Collate(F(name), "C"))

    def actual(self, held: Any) -> Any:
        return held if isinstance(held, str) and held else None

    def filter(self, op: str, expression: Any, value: Any) -> Q:
        if op == "is_empty":
            return Q(IsNull(expression, True)) | Q(Exact(expression, Value("")))
        return super().filter(op, expression, value)

    def compare(self, expression: Any, op: str, value: Any) -> Q:
        if op == "contains":
            return Q(GreaterThan(StrIndex(expression, Value(value)), Value(0)))
        return super().compare(expression, op, value)

    def matches(self, op: str, actual: Any, value: Any) -> bool:
        folded = fold(actual)
        return value in folded if op == "contains" else folded == value

    def show(self, value: Any) -> str:
        return f"“{value}”" if len(value) <= 80 else f"“{value[:79]}…”"


class Number(Kind):
    """A number."""

    name = "number"
    ops = (*EQUAL, *ORDER, *EMPTY)

    def read_one(self, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise Unsuitable(f"This is a number; {value!r:.60} is not.")
        number = Decimal(str(value))
        if not number.is_finite() or abs(number) > LARGEST_NUMBER:
            raise Unsuitable(f"A number from -{LARGEST_NUMBER:,} to {LARGEST_NUMBER:,}.")
        return number

    def actual(self, held: Any) -> Any:
        if isinstance(held, bool) or not isinstance(held, int | float | Decimal):
            return None
        return Decimal(str(held))

    def show(self, value: Any) -> str:
        return f"{value:,f}"

    def plain(self, actual: Any) -> Any:
        return int(actual) if actual == actual.to_integral_value() else float(actual)


class Money(Number):
    """An amount in minor units, which are whole."""

    name = "money"

    def read_one(self, value: Any) -> Decimal:
        number = super().read_one(value)
        if number != number.to_integral_value():
            raise Unsuitable(f"Money is in whole minor units: 12000 for 120.00, not {value}.")
        return number

    def show(self, value: Any) -> str:
        return f"{value / 100:,.2f}"


class YesNo(Kind):
    """Yes or no."""

    name = "yes_no"
    ops = ("=", "!=", *EMPTY)

    def read_one(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise Unsuitable(f"This is true or false; {value!r:.60} is neither.")
        return value

    def actual(self, held: Any) -> Any:
        return held if isinstance(held, bool) else None

    def show(self, value: Any) -> str:
        return "yes" if value else "no"


class Choice(Text):
    """One of some words; the organization's stay comparable when it no longer offers them."""

    name = "choice"
    ops = (*EQUAL, *EMPTY)

    def __init__(self, choices: Sequence[str]) -> None:
        self.choices = list(choices)

    def read_one(self, value: Any) -> str:
        text = super().read_one(value)
        if self.choices and text not in map(fold, self.choices):
            raise Unsuitable(fields.not_a_choice(value, self.choices))
        return text


class Texts(Kind):
    """Several texts: tags, technologies."""

    name = "texts"
    ops = ("contains", "not_contains", *EMPTY)

    def read_one(self, value: Any) -> str:
        return TEXT.read_one(value)

    def actual(self, held: Any) -> Any:
        return list(held) if held else None

    def filter(self, op: str, expression: Any, value: Any) -> Q:
        if op == "is_empty":
            length = Func(expression, function="cardinality")
            return Q(IsNull(expression, True)) | Q(Exact(length, Value(0)))
        return super().filter(op, expression, value)

    def compare(self, expression: Any, op: str, value: Any) -> Q:
        return Q(Among(Value(value), expression))

    def matches(self, op: str, actual: Any, value: Any) -> bool:
        return value in map(fold, actual)

    def show(self, value: Any) -> str:
        if isinstance(value, str):
            return TEXT.show(value)
        return ", ".join(TEXT.show(each) for each in value)


class Among(Func):
    """A text is among those of an array, A to Z as a to z."""

    template = '%(expressions)s::text COLLATE "C")::text[])'
    arg_joiner = " = ANY(lower("
    output_field = BooleanField()


class Reference(Kind):
    """Another row: `member:3`, `stage:7`."""

    name = "reference"
    ops = (*EQUAL, *EMPTY)

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def read_one(self, value: Any) -> int:
        try:
            return refs.parse(value, self.kind).id
        except (refs.NotAReference, refs.WrongKind) as problem:
            raise Unsuitable(str(problem)) from None

    def show(self, value: Any) -> str:
        return value if isinstance(value, str) else f"{self.kind}:{value}"

    def plain(self, actual: Any) -> Any:
        return self.show(actual)


TEXT = Text()
