"""What names of pipelines and stages in people's files say: what for, how far, how it ended."""

import re

from crm.imports.values import BadValue, words, words_of
from pipelines.models import Colour, PipelineType, PositionOutcome, StageKind

# Words that say so wherever they stand.
LOST = re.compile(
    r"\b(lost|verloren|perdue?s?|perdid[oa]s?|pers[oa]|churned|cancell?ed|canceled|rejected"
    r"|declined|disqualified|unqualified|abandoned|dropped|abgelehnt|abgesagt|storniert|annulée?"
    r"|cancelad[oa]|rechazad[oa]|refusée?|rifiutat[oa]|afgewezen|przegran[ea]|won'?t (do|fix)"
    r"|no (sale|deal|interest)|not interested|kein interesse|dead|spam)\b",
    re.IGNORECASE,
)
WON = re.compile(
    r"\b(won|gewonnen|gagnée?s?|ganad[oa]s?|vint[oa]|ganh[oa]|wygran[ea]|converted)\b",
    re.IGNORECASE,
)
# Words that say so only if the name says nothing else.
ENDED = words_of(
    """
    closed close done complete completed finished resolved solved fixed delivered live
    launched onboarded activated renewed signed paid customer client retained archived
    shipped approved kunde geschlossen abgeschlossen erledigt gelöst fertig beendet fermé
    clos terminé résolu client cliente signé conclu cerrado resuelto completado terminado
    hecho chiuso risolto completato concluso fechado resolvido concluído afgerond gesloten
    opgelost klaar zamknięte
    """
)
FILLERS = words_of(
    """
    deal ticket case issue task successfully and the is - / & + ✓ ✅ 100%
    """
)

# How far along a stage is, 0 to 99, by the words in its name; the first that fits counts.
STEPS: list[tuple[str, int]] = [
    (r"backlog|inbox|subscriber|suspect", 0),
    (r"^new\b|\bneu\b|nouveau|nuevo|nuov|novo|nieuw|^open$|offen|unassigned|submitted|incoming", 4),
    (r"prospect|\bleads?\b|applied|inquiry|anfrage|kick.?off|welcome|to.?do|signed up", 8),
    (r"triag|mql|attempt|contacted|kontaktiert|contact made|contact[ée]|reached", 12),
    (r"appointment|discovery|termin|intro|first call|scheduled call", 18),
    (r"qualif|sql\b|needs|bedarf|recruit", 24),
    (r"present|demo|meeting|visit|evaluation|trial|pilot|set.?up|config|training", 34),
    (r"assigned|in progress|in arbeit|in bearbeitung|en cours|en curso|working|doing|active", 40),
    (r"waiting on us|escalat", 42),
    (r"waiting|pending|on hold|blocked|wartet|paused|snoozed", 46),
    (r"review|prüfung|test|\bqa\b|feedback", 52),
    (r"quot|proposal|propos|angebot|devis|oferta|offerta|offer|estimate|presupuesto", 54),
    (r"decision|bought|champion|stakeholder", 60),
    (r"negotiat|verhandl|négoc|negoci|negozi", 66),
    (r"contract|vertrag|contrat|legal|procurement|agreement", 74),
    (r"verbal|commit|closing|go.?live|adoption|handover", 82),
]
UNKNOWN_STEP = 45
PURPOSES: list[tuple[str, PipelineType]] = [
    (r"support|ticket|service|help|incident|kundendienst|soporte", PipelineType.SUPPORT),
    (r"onboard|implementation|activation|einführung|einarbeitung", PipelineType.ONBOARDING),
    (r"partner|channel|reseller|affiliate", PipelineType.PARTNER),
    (r"sale|deal|renewal|upsell|opportunit|vertrieb|verkauf|vente|ventas|lead", PipelineType.SALES),
]
COLOURS = {
    PipelineType.SALES: Colour.BLUE,
    PipelineType.SUPPORT: Colour.ORANGE,
    PipelineType.ONBOARDING: Colour.TEAL,
    PipelineType.PARTNER: Colour.PURPLE,
}
ALONG = [Colour.GREY, Colour.BLUE, Colour.TEAL, Colour.PURPLE, Colour.YELLOW, Colour.ORANGE]
OPEN = words_of(
    """
    open in progress active pending ongoing offen ouvert abierto none - n/a
    """
)


def plain(name: str) -> str:
    """Return a name as names are compared: small letters, single spaces."""
    return " ".join(name.casefold().split())


def kind_of(name: str) -> StageKind:
    """Return whether a stage of this name is under way, won or lost."""
    if LOST.search(name):
        return StageKind.LOST
    said = [word for word in re.split(r"[\s,:_()–—-]+", plain(name)) if word]
    ended = any(word in ENDED for word in said)
    if WON.search(name) or (ended and all(word in ENDED | FILLERS for word in said)):
        return StageKind.WON
    return StageKind.ACTIVE


def step_of(name: str) -> int | None:
    """Return how far along a stage of this name is, 0 to 99; None where no word says."""
    return next((step for word, step in STEPS if re.search(word, name, re.IGNORECASE)), None)


def purpose_of(name: str) -> PipelineType:
    """Return what a pipeline of this name is for."""
    found = (purpose for word, purpose in PURPOSES if re.search(word, name, re.IGNORECASE))
    return next(found, PipelineType.CUSTOM)


def outcome_of(text: str) -> str:
    """
    Return the outcome that a word in a file means: won, lost or, while under way, "".

    :raises BadValue: if it means none of them
    """
    word = plain(text)
    if not word or word in OPEN or word in ("in progress", "under way"):
        return ""
    if (kind := kind_of(word)) != StageKind.ACTIVE:
        return PositionOutcome(kind)
    try:
        return PositionOutcome.WON if words.parse_yes_no(word) else PositionOutcome.LOST
    except BadValue:
        raise BadValue(f"{text!r:.60} is no outcome; write won, lost or open.") from None
