"""Events are typed facts; subscribers hear of them from rows, after the commit."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from audit.models import Event as EventRow


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact, named `<app>.<noun>.<past participle>`; its fields are its payload."""

    name: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        return asdict(self)


Handler = Callable[[EventRow], None]

# event name -> subscriber's name -> handler
_subscribers: dict[str, dict[str, Handler]] = {}


def subscribe(*events: type[Event]) -> Callable[[Handler], Handler]:
    """
    Deliver `events` to the decorated function, at least once and in any order.

    It runs in a transaction of the event's organization, outside any action, and reads the present
    state: the payload says what was true then.
    """

    def register(handler: Handler) -> Handler:
        for event in events:
            name = f"{handler.__module__}.{handler.__qualname__}"
            _subscribers.setdefault(event.name, {})[name] = handler
        return handler

    return register


def find_subscribers(event_name: str) -> list[str]:
    """Return the names of those who hear of `event_name`."""
    return list(_subscribers.get(event_name, ()))


def get_handler(event_name: str, subscriber: str) -> Handler:
    """
    Return the function behind a subscriber's name.

    :raises KeyError: if nobody of that name subscribes any more
    """
    return _subscribers[event_name][subscriber]
