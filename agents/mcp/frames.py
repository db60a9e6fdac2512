"""The parts of an answer as they go over the wire: events of a stream."""

import json
import logging
from collections.abc import Generator, Iterator

from django.core.serializers.json import DjangoJSONEncoder
from mcp_types.jsonrpc import INVALID_REQUEST

from agents.calls.results import DATABASE_AWAY
from agents.mcp import messages
from agents.mcp.messages import Message, ProtocolError
from agents.mcp.questions import GivenUp
from agents.mcp.streams import Part
from agents.tokens import NotLetIn

logger = logging.getLogger(__name__)


class Frames(Iterator[str]):
    """
    The events of one answer. Closed, by a client that hangs up, they stop the work as well.

    :param first: the part that is there already
    """

    def __init__(self, message: Message, first: Part, parts: Generator[Part]) -> None:
        self.message = message
        self.there = [first]
        self.parts = parts

    def __next__(self) -> str:
        return write(self.there.pop() if self.there else self._await())

    def _await(self) -> Part:
        """Return the next part; where there is no answer, why: the status was sent long ago."""
        try:
            return next(self.parts)
        except StopIteration:
            raise
        except GivenUp:
            raise StopIteration from None
        except NotLetIn as problem:
            return messages.refuse(self.message.id, ProtocolError(INVALID_REQUEST, str(problem)))
        except ProtocolError as error:
            return messages.refuse(self.message.id, error)
        except Exception as problem:
            logger.exception("Unable to answer %s to the end", self.message.method[:100])
            away = isinstance(problem, DATABASE_AWAY)
            return messages.refuse(self.message.id, messages.away() if away else messages.fault())

    def close(self) -> None:
        self.parts.close()


def write(part: Part) -> str:
    """Return one event; a sign of life is a comment."""
    if part is None:
        return ":\n\n"
    return f"event: message\ndata: {json.dumps(part, cls=DjangoJSONEncoder)}\n\n"
