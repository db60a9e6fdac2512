"""How well the values of a column fit the type of a field: 1 where nothing speaks against it."""

from collections.abc import Callable

from crm.imports import profiles as like
from crm.imports.fields import Type
from crm.imports.profiles import Profile

NOT_AT_ALL = 0.1


def fit(profile: Profile, kind: Type) -> float:
    """
    Return how well a column's values fit a type, from 0.1 (not at all) to 1.15 (clearly so).

    An empty column fits everything a little less than one whose values agree.
    """
    return 0.92 if not profile.values else FITS[kind](profile)


def by(test: like.Test, *, enough: float = 0.6, clearly: float = 1.0) -> Callable[[Profile], float]:
    """Return a measure: `clearly` where enough values pass the test, less where fewer do."""

    def measure(profile: Profile) -> float:
        share = profile.share(test)
        if share >= enough:
            return clearly
        return 0.7 if share >= enough / 2 else NOT_AT_ALL

    return measure


def key(profile: Profile) -> float:
    """Identifiers have digits or no spaces; names and amounts are none."""
    if profile.share(like.is_date) > 0.5 or profile.share(like.is_email) > 0.5:
        return NOT_AT_ALL
    if profile.share(like.is_identifier) >= 0.8:
        return 1.05
    return 0.7 if profile.share(like.is_word) >= 0.9 and profile.variety > 0.5 else 0.3


def name(profile: Profile) -> float:
    """Names are words, mostly different ones."""
    if profile.share(like.is_text) < 0.5 or profile.share(like.is_yes_no) > 0.5:
        return NOT_AT_ALL
    return 0.5 if profile.share(like.is_title) > 0.5 or profile.length > 200 else 1.0


def text(profile: Profile) -> float:
    """A line of words: no addresses, dates or numbers, and not how a person is addressed."""
    if profile.share(like.is_email) > 0.5 or profile.share(like.is_title) > 0.5:
        return NOT_AT_ALL
    if profile.share(like.is_yes_no) > 0.8:
        return 0.2
    return 1.0 if profile.share(like.is_text) >= 0.5 else 0.4


def long_text(profile: Profile) -> float:
    """Anything a person would write; a column of dates or addresses is not that."""
    if profile.share(like.is_email) > 0.5 or profile.share(like.is_date) > 0.5:
        return 0.2
    return 1.0 if profile.share(like.is_text) >= 0.4 else 0.5


def choice(profile: Profile) -> float:
    """Few different short values that are no dates or addresses."""
    if profile.share(like.is_date) > 0.5 or profile.share(like.is_email) > 0.5:
        return NOT_AT_ALL
    if profile.share(like.is_yes_no) > 0.9 and profile.distinct <= 2:
        return 0.3
    return 1.0 if profile.few else 0.55


def stage(profile: Profile) -> float:
    """A choice, surer where its words are those of stages."""
    base = choice(profile)
    if profile.share(like.is_number) > 0.5 or profile.share(like.is_activity) > 0.8:
        return min(base, 0.5)
    return base * (1.1 if profile.share(like.is_stage) > 0.3 else 1.0)


def outcome(profile: Profile) -> float:
    """Won and lost, or yes and no."""
    if profile.share(like.is_outcome) >= 0.9 and profile.share(like.is_decided) > 0:
        return 1.15
    return 0.62 if profile.share(like.is_yes_no) >= 0.9 else 0.3


def activity(profile: Profile) -> float:
    """Kinds of activities, or at least a choice."""
    return 1.1 if profile.share(like.is_activity) >= 0.5 else choice(profile) * 0.6


def owner(profile: Profile) -> float:
    """E-mail addresses at best, else names; numbers are of no use here."""
    if profile.share(like.is_email) >= 0.5:
        return 1.12
    if profile.share(like.is_text) < 0.5 or profile.share(like.is_yes_no) > 0.5:
        return NOT_AT_ALL
    return 1.0


def email(profile: Profile) -> float:
    """E-mail addresses; a few other values among them do no harm."""
    share = profile.share(like.is_email)
    return 1.15 if share >= 0.6 else 0.8 if share >= 0.2 else NOT_AT_ALL


def moment(profile: Profile) -> float:
    """Dates with or without a time, a spreadsheet's numbers of days too."""
    share = max(profile.share(like.is_date), profile.share(like.is_serial))
    return 1.05 if share >= 0.6 else 0.6 if share >= 0.3 else NOT_AT_ALL


def linkedin(profile: Profile) -> float:
    """Profiles there; a bare name there will do."""
    if profile.share(like.is_linkedin) >= 0.5:
        return 1.15
    return 0.5 if profile.share(like.is_url) < 0.2 and profile.share(like.is_email) < 0.2 else 0.3


def place(profile: Profile) -> float:
    """Names of places and streets: not numbers alone, dates or addresses of other kinds."""
    if profile.share(like.is_email) > 0.3 or profile.share(like.is_url) > 0.3:
        return NOT_AT_ALL
    if profile.share(like.is_date) > 0.5 or profile.share(like.is_yes_no) > 0.8:
        return NOT_AT_ALL
    return 1.0 if profile.share(like.is_text) >= 0.5 else 0.5


def domain(profile: Profile) -> float:
    """Domains or web addresses; those of LinkedIn are people's."""
    if profile.share(like.is_linkedin) > 0.5:
        return NOT_AT_ALL
    return by(like.is_domain)(profile)


def anything(_: Profile) -> float:
    """Every value fits."""
    return 1.0


FITS: dict[Type, Callable[[Profile], float]] = {
    Type.REF: by(like.is_reference, enough=0.9, clearly=1.15),
    Type.KEY: key,
    Type.NAME: name,
    Type.TEXT: text,
    Type.LONG_TEXT: long_text,
    Type.EMAIL: email,
    Type.OWNER: owner,
    Type.PHONE: by(like.is_phone, enough=0.5),
    Type.DOMAIN: domain,
    Type.URL: domain,
    Type.LINKEDIN: linkedin,
    Type.DATE: moment,
    Type.MOMENT: moment,
    Type.MONEY: by(like.is_money),
    Type.CENTS: by(like.is_number),
    Type.CURRENCY: by(like.is_currency, enough=0.7),
    Type.COUNT: by(like.is_count),
    Type.SCORE: by(like.is_score, enough=0.8),
    Type.YES_NO: by(like.is_yes_no, enough=0.8),
    Type.LIST: long_text,
    Type.CHOICE: choice,
    Type.OUTCOME: outcome,
    Type.LANGUAGE: by(like.is_language),
    Type.TIME_ZONE: by(like.is_zone),
    Type.PLACE: place,
    Type.POSTAL_CODE: by(like.has_digit),
    Type.STAGE: stage,
    Type.ACTIVITY: activity,
}
