"""Text as it is searched for: in small letters and without accents."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func


class Fold(Func):
    """José as jose, Müller as muller; a function of the database's, so that indexes hold it."""

    function = "crm_fold"
    arity = 1
    output_field = models.TextField()


class FoldEach(Func):
    """Each text of an array, folded."""

    function = "crm_fold_each"
    template = "%(function)s(%(expressions)s::text[])"
    arity = 1
    output_field = ArrayField(models.TextField())
