"""Text as it is searched for: in small letters and without accents."""

from django.db import models
from django.db.models import Func


class Fold(Func):
    """José as jose, Müller as muller; a function of the database's, so that indexes hold it."""

    function = "crm_fold"
    arity = 1
    output_field = models.TextField()
