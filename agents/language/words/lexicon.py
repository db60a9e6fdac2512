"""
Words of the language itself: what verbs ask for, what nouns stand for, and what says little.

Verbs and nouns are listed by what they mean; their inflections are found by stem. What belongs to
one organization (its stages, fields, values) is no business of this list.
"""

from agents.language.words.tokens import stem
from agents.language.words.wording import bag


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.replace("\n", " ").split(",") if each.strip()]


def _by_word(groups: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in groups.items() for word in words.split()}


# --- Verbs: what is asked for -----------------------------------------------------------------

VERBS = _by_word(
    {
        "move": "move shift advance progress promote drag bring relocate bump pull take send put"
        " place return push slide transition graduate demote step forward",
        "assign": "assign reassign give hand transfer delegate allocate pass entrust",
        "set": "set change update make edit correct adjust modify alter switch turn fix replace"
        " upgrade"
        " downgrade convert"
        " enter fill record",
        "raise": "increase raise boost lift grow up",
        "lower": "decrease reduce lower cut drop shrink",
        "clear": "clear empty blank unset erase wipe reset",
        "rename": "rename retitle",
        "mark": "mark flag",
        "tag": "tag label",
        "untag": "untag unlabel",
        "add": "add create open register insert new enroll enrol include start build launch",
        "log": "log note jot write document",
        "remind": "remind",
        "schedule": "schedule plan book arrange",
        "archive": "archive delete remove discard trash bin kill purge dump hide",
        "unassign": "unassign",
        "win": "win",
        "lose": "lose",
        "close": "close",
        "reopen": "reopen revive reactivate",
        "restore": "restore unarchive undelete recover",
        "complete": "complete finish tick check resolve accomplish",
        "undo": "undo revert rollback",
        "postpone": "postpone delay defer snooze reschedule prolong extend",
        "show": "show list display see view find get fetch tell count name summarize summarise"
        " compare rank look search print break chart plot graph total sum average report",
        "draft": "draft compose",
        "email": "email mail",
        "call": "call phone ring contact ping chase",
        "cancel": "cancel stop abort forget",
    }
)
# What ends a request that means one of those above; the longest that fits counts.
PARTICLES = {
    ("hand", "over"): "assign",
    ("pass", "on"): "assign",
    ("take", "back"): "undo",
    ("roll", "back"): "undo",
    ("get", "rid"): "archive",
    ("throw", "out"): "archive",
    ("throw", "away"): "archive",
    ("put", "away"): "archive",
    ("set", "up"): "add",
    ("push", "back"): "postpone",
    ("put", "off"): "postpone",
    ("write", "down"): "log",
    ("tick", "off"): "complete",
    ("check", "off"): "complete",
    ("follow", "up"): "follow",
    ("bring", "back"): "restore",
    ("bring", "forward"): "postpone",
    ("break", "down"): "show",
    ("sign", "up"): "add",
    ("start", "over"): "undo",
    ("add", "up"): "show",
    ("sum", "up"): "show",
}
PARTICIPLES = {
    "moved": "move", "put": "move", "given": "assign", "assigned": "assign", "set": "set",
    "reassigned": "assign", "archived": "archive", "deleted": "archive", "removed": "archive",
    "tagged": "tag", "changed": "set", "updated": "set", "marked": "mark", "transferred": "assign",
    "added": "add", "closed": "close", "reopened": "reopen", "created": "add", "handed": "assign",
    "advanced": "move", "promoted": "move", "logged": "log", "renamed": "rename",
    "completed": "complete", "restored": "restore", "labelled": "tag", "labeled": "tag",
    "sent": "move", "raised": "raise", "increased": "raise", "reduced": "lower",
    "lowered": "lower", "scheduled": "schedule", "postponed": "postpone", "cleared": "clear",
}  # fmt: skip
VERB_STEMS = {stem(word): meaning for word, meaning in VERBS.items()}

# --- Nouns: what records are called ------------------------------------------------------------

NOUNS = _by_word(
    {
        "position": "deal opportunity card ticket case application matter position item entry"
        " opening gift pledge grant listing tender order issue engagement"
        " negotiation engagement bid file application enquiry inquiry sale letting lease claim "
        "project hire booking offer quote quotation job contract agreement car vehicle house home"
        " flat apartment property unit room rental purchase delivery shipment policy assignment"
        " placement reservation",
        "task": "task todo reminder chore errand",
        "company": "company account organization organisation firm business employer supplier"
        " vendor agency",
        "contact": "contact person people somebody someone anybody anyone everybody everyone"
        " human guy folk member customer client lead prospect donor supporter sponsor"
        " candidate applicant talent family parent student pupil child kid tenant buyer seller"
        " landlord resident patient guest visitor user subscriber partner giver benefactor"
        " jobseeker renter viewer alumnus caller requester reporter patron volunteer attendee"
        " investor borrower household relative children kids kid pax who whoever those ones one "
        "anyone",
        "activity": "activity interaction touch conversation",
        "pipeline": "pipeline board funnel process workflow",
        "stage": "stage column phase step lane status",
        "note": "note comment remark",
        "call": "call phonecall",
        "meeting": "meeting appointment visit",
        "email": "email message letter",
        "tag": "tag label",
    }
)
NOUN_STEMS = {stem(word): meaning for word, meaning in NOUNS.items()}


def noun(word: str) -> str:
    """Return what a noun stands for, "" where it is none of these; whatever its ending."""
    hissing = word.endswith(("ses", "xes", "zes", "ches", "shes"))
    for form in (word, word.removesuffix("s"), word.removesuffix("es") if hissing else word):
        if form in NOUNS:
            return NOUNS[form]
    return NOUN_STEMS.get(stem(word), "")


# Nouns of people that are not to be taken for a filter.
GENERIC = {
    stem(word)
    for word in bag(
        "contact person people somebody someone anybody anyone everybody everyone human folk"
        " record entry item card those ones one who whoever guy"
    )
}
PLURALS = {"people", "everyone", "everybody", "folks", "those", "they", "them", "ones", "both",
           "children", "alumni"}  # fmt: skip

# --- What says little ------------------------------------------------------------------------

DETERMINERS = bag(
    """
    the a an all any each every of our some that this these those
    """
)
FILLERS = bag(
    """
    please pls plz kindly just now quickly then also too again right away immediately asap today's
    currently really actually simply only hey hi hello ok okay well so already at present
    still yet thanks thank cheers there here ahead straight over
    """
)
POLITE = [
    ("could", "you", "please"), ("can", "you", "please"), ("would", "you", "please"),
    ("would", "you", "mind"), ("would", "you", "kindly"), ("can", "you"), ("could", "you"),
    ("would", "you"), ("will", "you"), ("please",), ("kindly",), ("i", "would", "like", "you",
    "to"),
    ("i", "would", "like", "to"), ("i", "want", "you", "to"), ("i", "want", "to"),
    ("i", "need", "you", "to"), ("i", "need", "to"), ("we", "need", "to"), ("we", "want", "to"),
    ("we", "should"), ("you", "should"), ("go", "ahead", "and"), ("let", "us"), ("let", "me"),
    ("help", "me"), ("i", "would", "love", "to"), ("hey",), ("hi",), ("hello",), ("ok",),
    ("okay",), ("so",), ("then",), ("and",), ("also",), ("now",), ("just",), ("next",), ("first",),
    ("finally",), ("after", "that"), ("afterwards",), ("you", "can"), ("feel", "free", "to"),
    ("make", "sure", "to"), ("be", "so", "kind", "as", "to"), ("do", "me", "a", "favor", "and"),
    ("would", "it", "be", "possible", "to"), ("is", "it", "possible", "to"), ("time", "to"),
    ("i", "think", "we", "should"), ("we", "have", "to"), ("i", "have", "to"), ("we", "must"),
    ("remember", "to"), ("do", "not", "forget", "to"), ("but",), ("well",), ("alright",),
    ("thanks",), ("thank", "you"), ("great",), ("good",), ("perfect",), ("yes",), ("and", "then"),
    ("quickly",), ("quick",), ("everyone", "knows"), ("as", "well"), ("it", "is", "time", "to"),
    ("i", "am", "going", "to", "need", "you", "to"), ("wheelhouse",), ("can", "we"), ("could",
    "we"),
]  # fmt: skip
# Sentences that ask for nothing more.
ECHOES = {
    "do that",
    "you do that",
    "do this",
    "do it",
    "do it for me",
    "do that for me",
    "be great",
    "that be possible",
    "that possible",
    "is that possible",
    "is that ok",
    "is that okay",
    "do so",
    "handle that",
    "take care of that",
    "sort that",
    "make that happen",
    "help",
    "be possible",
}
TAILS = [
    ("can", "you", "do", "that"), ("could", "you", "do", "that"), ("please",), ("thanks",),
    ("thank", "you"), ("for", "me"), ("will", "you"), ("would", "you"), ("if", "you", "can"),
    ("as", "well"), ("too",), ("now",), ("right", "now"), ("right", "away"), ("asap",),
    ("immediately",), ("at", "once"), ("for", "us"), ("ok",), ("okay",), ("if", "possible"),
    ("when", "you", "can"), ("cheers",), ("is", "that", "possible"), ("instead",),
    ("straight", "away"), ("many", "thanks"), ("do", "it"), ("thanks", "a", "lot"),
    ("today", "please"), ("again",), ("will", "you", "please"), ("(", "task", ")"),
]  # fmt: skip
PRONOUNS = {
    "it": "it", "him": "one", "her": "one", "he": "one", "she": "one", "them": "many",
    "they": "many", "those": "many", "these": "many", "that": "it", "this": "it", "both": "many",
    "their": "many", "his": "one", "its": "it", "theirs": "many", "hers": "one",
    "themselves": "many",
}  # fmt: skip
ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "sixth": 5, "seventh": 6, "eighth": 7, "ninth": 8, "tenth": 9,
    "last": -1, "former": 0, "latter": -1,
}  # fmt: skip
YES = [
    "yes", "y", "yeah", "yep", "yup", "sure", "ok", "okay", "do it", "go ahead", "confirm",
    "confirmed", "please do", "yes please", "correct", "right", "go", "proceed", "go for it",
    "sounds good", "that is right", "absolutely", "of course", "fine", "exactly", "affirmative",
    "yes do it", "yes go ahead", "please go ahead", "do that", "all of them", "ja", "oui", "si",
    "by all means", "make it so", "definitely", "yes all of them", "agreed", "perfect", "great",
    "yes do that", "yes thanks", "yes thank you", "that is fine", "looks good", "carry on",
]  # fmt: skip
NO = [
    "no", "n", "nope", "nah", "cancel", "stop", "do not", "never mind", "nevermind", "forget it",
    "abort", "leave it", "no thanks", "no thank you", "not now", "no do not", "leave them",
    "rather not", "better not", "leave it as it is", "no leave it", "no stop", "wait no",
    "please do not", "hold on", "do nothing", "scratch that", "no leave them", "do not do it",
    "do not do that", "no cancel", "no cancel that", "cancel that", "forget that",
]  # fmt: skip

# --- Meanings of fields ------------------------------------------------------------------------

# Kind, field: what people call it. Labels of the organization's own fields come before these.
FIELDS = {
    ("contact", "email"): "email, email address, mail address, mail",
    ("contact", "phone"): "phone, phone number, telephone, telephone number, tel, number, landline",
    ("contact", "mobile"): "mobile, mobile number, cell, cell phone, cellphone, mobile phone",
    (
        "contact",
        "job_title",
    ): "job title, job, role, occupation, profession, job role, title at work",
    ("contact", "name"): "name, full name",
    ("contact", "first_name"): "first name, given name, forename",
    ("contact", "last_name"): "last name, surname, family name",
    ("contact", "company"): "company, employer, firm, company name, workplace",
    (
        "contact",
        "source",
    ): "source, lead source, channel, origin, enquiry source, acquisition channel",
    ("contact", "city"): "city, town, location, place",
    ("contact", "region"): "region, state, province, area, county, district, neighbourhood,"
    " neighborhood",
    ("contact", "country"): "country, nation",
    ("contact", "postal_code"): "postal code, postcode, zip, zip code",
    ("contact", "address"): "address, street, street address",
    ("contact", "language"): "language, preferred language",
    ("contact", "time_zone"): "time zone, timezone",
    ("contact", "tags"): "tags, tag, labels, label",
    (
        "contact",
        "subtype",
    ): "type, contact type, category, kind, lifecycle, lifecycle stage, client type,"
    " status of contact, subtype",
    ("contact", "do_not_contact"): "do not contact, dnc, no contact, opt out",
    ("contact", "last_contacted_at"): "last contact, last contacted, last contact date, last touch",
    ("contact", "linkedin_url"): "linkedin, linkedin url, linkedin profile",
    ("contact", "description"): "description, bio, about",
    (
        "contact",
        "open_tasks",
    ): "open tasks, open task, tasks, todos, task, pending tasks, open todos,"
    " tasks open, outstanding tasks, open reminders",
    ("position", "value_cents"): "value, amount, worth, deal size, deal value, price, deal amount,"
    " size, sum, volume, revenue, money, fee, rent, asking price, cost, tuition, price tag",
    ("position", "currency"): "currency",
    ("position", "priority"): "priority, urgency, importance, prio",
    ("position", "title"): "title, deal name, subject, card title, deal title",
    (
        "position",
        "expected_close_on",
    ): "expected close, expected close date, close date, closing date,"
    " expected closing date, expected closing, target date, closing day, close, expected to close",
    (
        "position",
        "next_follow_up_at",
    ): "next follow up, follow up, follow up date, followup, due date,"
    " next step, next follow up date, next contact, due, next step due, deadline, reminder date,"
    " next action, callback, next step date, wiedervorlage, relance, seguimiento",
    ("position", "entered_stage_at"): "time in stage, days in stage, stage date, entered stage,"
    " status since, in status since, time in column",
    ("position", "score"): "score, lead score, rating, points",
    ("position", "notes"): "notes, deal notes, card notes",
    ("position", "lost_reason"): "lost reason, reason for losing, reason lost, reason",
    ("position", "closed_at"): "closed date, closed on, date closed",
    ("position", "outcome"): "outcome, result",
    ("company", "name"): "company name",
    ("company", "industry"): "industry, sector, branch, vertical, line of business",
    ("company", "employees"): "employees, headcount, staff, number of employees, size of company,"
    " company size, people employed, staff count",
    ("company", "revenue_cents"): "yearly revenue, annual revenue, turnover, company revenue",
    ("company", "domain"): "domain, website domain",
    ("company", "website"): "website, site, web page, homepage",
    ("task", "due_at"): "due date, due, deadline",
    ("task", "title"): "title, task name",
    ("task", "assignee"): "assignee, assigned person",
    ("any", "owner"): "owner, responsible, responsible person, assignee, account manager, rep,"
    " sales rep, account owner, deal owner, contact owner, person in charge, negotiator, recruiter,"
    " agent in charge, handler, caretaker, relationship manager, manager, account executive",
    ("any", "created_at"): "created, creation date, date created, created date, age, added date",
}
# Words of labels in other languages, as English says them.
TRANSLATIONS = _by_word(
    {
        "contract": "vertrag contrat contrato contratto",
        "until": "bis hasta jusqu",
        "month": "monat mois mes",
        "monthly": "monatlich mensuel mensual monats",
        "fee": "gebuhr frais tarifa cuota beitrag",
        "device": "gerat gerate appareil dispositivo dispositivos equipos",
        "remote": "fern",
        "maintenance": "wartung mantenimiento entretien",
        "product": "produkt produit producto",
        "last": "dernier derniere letzter letzte ultimo ultima",
        "gift": "don dons spende spenden donacion donativo",
        "total": "gesamt summe",
        "receipt": "recu recibo quittung beleg",
        "tax": "fiscal steuer impuesto",
        "cause": "causa zweck",
        "sibling": "hermano hermanos hermana geschwister frere freres fratrie",
        "school": "centro colegio ecole schule escuela",
        "date": "fecha datum data",
        "birth": "nacimiento naissance geburt geburtsdatum",
        "class": "clase klasse classe curso",
        "route": "ruta",
        "scholarship": "beca bourse stipendium",
        "amount": "importe betrag montant monto",
        "price": "preis prix precio",
        "plan": "tarif forfait",
        "preferred": "prefere preferido bevorzugt",
        "channel": "canal kanal",
        "category": "categorie categoria kategorie",
        "section": "seccion abteilung",
        "gold": "oro or", "silver": "silber argent plata", "bronze": "bronce",
        "individual": "particulier particular privat privatperson",
        "foundation": "fondation stiftung fundacion",
        "company": "entreprise firma empresa unternehmen",
        "water": "eau wasser agua", "forest": "foret wald bosque",
        "health": "sante salud gesundheit",
        "education": "educacion bildung", "mail": "courrier post correo",
        "phone": "telephone telefono telefon",
        "size": "grosse taille tamano", "number": "anzahl nombre numero nummer",
        "age": "alter edad",
        "customer": "kunde kunden client cliente", "language": "sprache langue idioma",
        "budget": "presupuesto", "year": "jahr annee ano", "start": "beginn debut inicio",
        "end": "ende fin", "renewal": "verlangerung renouvellement renovacion",
        "allergy": "alergia alergias allergie", "newsletter": "boletin infolettre",
        "salary": "gehalt salaire salario", "experience": "erfahrung experiencia",
        "floor": "etage planta stock", "room": "zimmer habitaciones piece pieces",
        "area": "flache superficie",
        "payment": "zahlung paiement pago", "member": "mitglied membre miembro",
        "since": "seit depuis desde",
        "insurance": "versicherung assurance seguro", "vehicle": "fahrzeug vehicule vehiculo",
        "interest": "interesse interet interes", "level": "niveau nivel stufe",
        "subject": "fach matiere asignatura",
    }
)  # fmt: skip
# Words that mean the same where fields and values are looked for.
ALIKE = [
    {"seat", "licence", "license", "user"}, {"budget", "spend"}, {"salary", "pay"}, {"area",
    "district"},
    {"gift", "donation"}, {"last", "latest"}, {"sibling", "brother", "sister"}, {"birth",
    "born", "birthday"},
    {"newsletter", "mailing"}, {"visa", "permit"}, {"notice", "availability"}, {"device",
    "machine", "equipment"},
    {"fee", "charge", "rate"}, {"maintenance", "support"}, {"bedroom", "bed"}, {"pet", "animal"},
    {"year", "yr"}, {"grade", "year", "class"}, {"expire", "end", "until", "expiry", "run"},
    {"total", "overall", "lifetime"}, {"scholarship", "bursary"}, {"bus", "coach"}, {"contract",
    "agreement"},
    {"experience", "seniority"}, {"plan", "tier", "package", "subscription"}, {"sla", "service"},
    {"urgent", "urgency"}, {"high", "top"}, {"receipt", "certificate"}, {"cause", "purpose"},
    {"move", "moving"}, {"remote", "distant"}, {"medium", "normal"}, {"referral", "refer"},
]  # fmt: skip
