"""
Where models are: providers on the web by name, or a server of one's own by its address.

A server's address is the choice of an organization's owner, and the request for it comes from
here: it leads to the web alone, unless whoever runs this installation has named its host.
"""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

# Those that one key opens and nothing else; a key of ours is never lent to another's choice.
PROVIDERS = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "gemini": "Google Gemini",
    "mistral": "Mistral",
    "cohere_chat": "Cohere",
    "deepseek": "DeepSeek",
    "groq": "Groq",
    "xai": "xAI",
    "openrouter": "OpenRouter",
    "together_ai": "Together AI",
    "fireworks_ai": "Fireworks AI",
    "cerebras": "Cerebras",
    "perplexity": "Perplexity",
}
OWN_SERVER = "openai"  # whose protocol a server of one's own speaks
LONGEST = 300


class NotAnAddress(ValueError):
    """Not where a model can be; the text says what would be."""


class NotReachable(Exception):
    """A host leads to where requests from here must not go, or nowhere."""


def address_of(model: str, base_url: str) -> str:
    """Return what a key is for: a provider, and the server where it is one's own."""
    return f"{model.partition('/')[0]} {base_url}".strip()


def clean(text: str) -> str:
    """
    Return a server's address, as it is kept.

    :raises NotAnAddress: if it is none that may be asked
    """
    address = text.strip().rstrip("/")
    parts = urlsplit(address)
    try:
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        port_fits = False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_fits:
        raise NotAnAddress("An address such as https://models.example/v1.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise NotAnAddress("An address alone: no name, no password, no ? and no #.")
    if len(address) > LONGEST or not address.isascii() or not address.isprintable():
        raise NotAnAddress(f"At most {LONGEST} plain characters.")
    if is_named(parts.hostname):
        return address
    if parts.scheme == "http":
        raise NotAnAddress("Only https leads to the web; a key would be read on its way.")
    if _is_number(parts.hostname) and not _is_public(parts.hostname):
        raise NotAnAddress(
            "This leads into a private network. Whoever runs this installation can allow its host"
            " by WHEELHOUSE_MODEL_HOSTS."
        )
    return address


def is_named(host: str) -> bool:
    """Whether whoever runs this installation lets models be at `host`."""
    return host.lower() in {each.lower() for each in settings.WHEELHOUSE_MODEL_HOSTS}


def resolve(host: str, port: int) -> str:
    """
    Return the number of the machine that `host` is to be asked at.

    :raises NotReachable: if there is none, or it is on a private network and not named
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise NotReachable(f"There is no {host}.") from None
    numbers = [str(entry[4][0]) for entry in found]
    if not is_named(host) and not all(_is_public(number) for number in numbers):
        raise NotReachable(f"{host} leads into a private network.")
    return _prefer(numbers)


def _prefer(numbers: Iterable[str]) -> str:
    return min(numbers, key=lambda number: ":" in number)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(number: str) -> bool:
    parsed = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_global and not parsed.is_multicast
