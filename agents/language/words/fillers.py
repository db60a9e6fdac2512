"""What says little in a description of records, and what says how things stand."""

from agents.language.words.wording import bag, sayings

SKIPPED = bag(
    """
    the a an of our some that this these those which who whom are is was were be been being am
    have has had having do does did currently now still so far already really actually all any
    each every them their it its there just only both us we you i they he she ever right please
    at as well also too where whatever kind sort type about regarding concerning related
    interested can could start starts able available looking want wants based located live
    work worked employed
    living lives working works come came coming happen happens dated marked whichever gave given
    donated bunch lot lots several load loads few number
    would will might must shall pays pay paying uses use using prefers prefer gets get getting
    keep keeps kept hold holds know knows speak speaks come comes stand stands go goes took take
    takes taking make makes making made think thought hanging sitting sat sits waiting waits
    lying remaining remain remains stay stays anyway altogether together possibly perhaps maybe
    exactly roughly about around else though although however while per se overall combined
    presently today's stuff things thing anything something everything data records record entries
    people's folks team side ours everybody's among amongst various different certain
    respective respectively specific particular given existing present concern concerns
    involve involves involving affect affects relate relates include includes contain contains
    appear appears show shows choose chose chosen chooses pick picked picks select selected selects
    opt opted opts go goes went request requests ( )
    shown seem seems count counting counted figure figures find found know known called named
    belongs belong ones planned set should supposed meant said yes please tell me
    """
)
SMALL = bag(
    "to in on at of for from by with into onto over under up down off out as if so than then"
)
JOINING = {"and", "or", ",", "&", "/", "plus", "nor", "as"}
NEGATIONS = bag("not no never without except excluding lacking nobody")
STATES = {
    "open": ("open", "="),
    "active": ("open", "="),
    "ongoing": ("open", "="),
    "closed": ("closed", "="),
    "unfinished": ("open", "="),
    "outstanding": ("open", "="),
    "pending": ("open", "="),
    "incomplete": ("open", "="),
    "unresolved": ("open", "="),
    "overdue": ("overdue", "="),
    "unstarted": ("unstarted", "="),
    "unassigned": ("unowned", "="),
    "unowned": ("unowned", "="),
    "finished": ("closed", "="),
    "completed": ("closed", "="),
    "done": ("closed", "="),
    "uncompleted": ("open", "="),
    "orphaned": ("unowned", "="),
    "undone": ("open", "="),
    "ownerless": ("unowned", "="),
}
PHRASES = {
    ("past", "due"): ("overdue", "="),
    ("under", "way"): ("open", "="),
    ("in", "play"): ("open", "="),
    ("still", "open"): ("open", "="),
    ("late",): ("overdue", "="),
    ("wide", "open"): ("open", "="),
    ("not", "started"): ("unstarted", "="),
    ("not", "done"): ("open", "="),
    ("not", "finished"): ("open", "="),
    ("not", "yet", "started"): ("unstarted", "="),
    ("not", "yet", "finished"): ("open", "="),
    ("not", "closed"): ("open", "="),
    ("not", "completed"): ("open", "="),
    ("not", "complete"): ("open", "="),
    ("not", "yet", "closed"): ("open", "="),
    ("not", "yet", "done"): ("open", "="),
    ("not", "resolved"): ("open", "="),
    ("past", "their", "due", "date"): ("overdue", "="),
    ("behind", "schedule"): ("overdue", "="),
    ("to", "do"): ("open", "="),
    ("not", "begun"): ("unstarted", "="),
    ("not", "yet", "in"): ("open", "="),
    ("not", "in", "yet"): ("open", "="),
    ("not", "yet", "received"): ("open", "="),
    ("not", "yet", "decided"): ("open", "="),
    ("not", "yet", "paid"): ("open", "="),
    ("not", "yet", "there"): ("open", "="),
    ("yet", "to", "close"): ("open", "="),
    ("yet", "to", "be", "closed"): ("open", "="),
    ("up", "in", "the", "air"): ("open", "="),
    ("in", "flight"): ("open", "="),
    ("in", "the", "process"): ("open", "="),
    ("in", "the", "running"): ("open", "="),
    ("in", "the", "race"): ("open", "="),
    ("in", "the", "game"): ("open", "="),
    ("on", "the", "go"): ("open", "="),
    ("not", "finish"): ("open", "="),
}
OUTCOMES = {
    "won": "won",
    "lost": "lost",
    "win": "won",
    "wins": "won",
    "winning": "won",
    "lose": "lost",
    "loses": "lost",
}
# What may stand anywhere and narrows nothing.
ASIDES = sayings(
    """
    at the moment, at this moment, at present, at some point, at any point, at this point,
    at one time or another, right now, right away, as of now, as of today, as it stands,
    as things stand, so far, up to now, until now, these days, by now, for now, for us, with us,
    of ours, in the system, in our system, in the database, in the crm, in here, in there,
    on our books, on the books, on our list, on our lists, on file, on record, on our side,
    in our pipeline, in the pipeline, in our pipelines, in total, in all, all in all, all told,
    taken together, put together, all together, at all, do we have, have we got, we have got,
    by any chance, in fact, of course,
    if any, in question, to date, as well, all their people, one way or another,
    in the meantime, for the moment, there are, are there, is there, at that, in the office,
    in our records, in their records, on their record, to us, of us, or so, and so on, in use,
    in sum, any more, any longer, just the counts, only the counts, just the numbers,
    only the numbers, just the totals, only the totals, just the figures, on their desk,
    on their desks, on his desk, on her desk, on their plate, on his plate, on her plate,
    on their hands, in their hands, on their books
    """
)
EXCEPT = sayings(
    """
    apart from, aside from, other than, with the exception of, except for, except, excluding,
    besides, bar, save for, but for, leaving out, leaving aside, not counting, not including,
    without counting, all but, anything but, everything but, everyone but, everybody but,
    outside of, minus, ignoring
    """
)
