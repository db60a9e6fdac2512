"""What a provider refused, in words for people, with nothing of a key in them."""

import re

from pydantic import SecretStr

SAYS = {
    "AuthenticationError": "does not accept the key",
    "PermissionDeniedError": "does not let this key use it",
    "NotFoundError": "is not there: no model of that name at this address",
    "Timeout": "did not answer in time",
    "APIConnectionError": "did not answer: nothing is there, or it broke off",
    "RateLimitError": "takes no more requests at present, or the account has no credit left",
    "InternalServerError": "failed on its side",
    "ServiceUnavailableError": "is not available at present",
    "BadGatewayError": "is not available at present",
}
LONGEST = 240  # characters of a provider's own words
SHARED = 5  # characters in a row that a word may have in common with a key
HIDDEN = "…"


def say(model: str, fault: Exception, *, key: SecretStr | None, passing: bool = False) -> str:
    """
    Say why a model did not answer.

    :param passing: it was tried again, and may be different later
    """
    kind = type(fault).__name__
    told = SAYS.get(kind)
    if told is None:
        told = f"refused: {hide(_words_of(fault), key)}"
    verb = "did not answer" if passing else "refused to answer"
    return f"{model} {told} ({verb}: {kind})."


def hide(text: str, key: SecretStr | None) -> str:
    """Return `text` without any word that has something of a key in it."""
    secret = key.get_secret_value() if key else ""
    pieces = {secret[at : at + SHARED] for at in range(max(1, len(secret) - SHARED + 1))} - {""}
    words = re.split(r"(\s+)", text)
    return "".join(
        HIDDEN
        if any(piece in word for piece in pieces) or re.search(r"\b(sk|key|Bearer)[-_]\w", word)
        else word
        for word in words
    )


def _words_of(fault: Exception) -> str:
    said = str(getattr(fault, "message", "") or fault)
    return " ".join(said.split())[:LONGEST]
