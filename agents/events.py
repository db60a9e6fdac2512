"""What happens to agents."""

from dataclasses import dataclass

from audit.events import Event


@dataclass(frozen=True, kw_only=True)
class SwitchedOff(Event):
    """Agents were stopped: an organization's, one, or one tool, by reference or name."""

    name = "agents.switch.turned_off"
    switch: str


@dataclass(frozen=True, kw_only=True)
class SwitchedOn(Event):
    """Agents may go on: an organization's, one, or with one tool, by reference or name."""

    name = "agents.switch.turned_on"
    switch: str
