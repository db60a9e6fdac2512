"""
Sealing: keys are kept so that only this installation can read them, each for one organization.

The seal is made from `SEALING_SECRETS`. Its first opens and closes, the others only open what was
sealed before they were replaced; `manage.py reseal_keys` seals all anew with the first.
"""

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from pydantic import SecretStr

PURPOSE = b"wheelhouse: keys of models"


class Unreadable(Exception):
    """What was sealed cannot be opened here: it is another's, or its secret is gone."""


def seal(text: SecretStr, *, organization_id: int) -> str:
    """Return `text` as it may be kept."""
    plain = f"{organization_id}:{text.get_secret_value()}"
    return _seals(tuple(settings.SEALING_SECRETS)).encrypt(plain.encode()).decode()


def unseal(sealed: str, *, organization_id: int) -> SecretStr:
    """:raises Unreadable: if it was sealed for another organization, or with another secret"""
    try:
        plain = _seals(tuple(settings.SEALING_SECRETS)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None
    whose, _, text = plain.partition(":")
    if whose != str(organization_id):
        raise Unreadable
    return SecretStr(text)


@cache
def _seals(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(secret)) for secret in secrets])


def _derive(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return urlsafe_b64encode(derived.derive(secret.encode()))
