"""
Cues: what words of the language point to, whatever their ending. Data, read by `evidence`.

A cue alone asks for nothing; it counts beside what is linked to the organization's data.
"""

from agents.language.words.tokens import stem
from agents.language.words.wording import bag

PLAIN = bag(
    """
    a an the this that these those some any all every each both either neither no none nothing
    i me my mine myself we us our ours you your he him his she her hers it its they them their
    who whom whose which what where when why how whoever whatever whichever there here
    and or but nor so yet if unless then than because since as while although though once
    to into in on onto at of off for from by with without within over under up down out about
    after before until till between among through during against per via back away around
    is are was were be been being am do does did done have has had having will would shall should
    can could may might must ought need needs not never also too just only still already now
    again very much many more most less least few lot lots please thanks thank yes no ok okay
    sorry actually really quite rather well hi hello hey dear today tomorrow yesterday one two
    three four five six seven eight nine ten first second third last next new old same other
    another such own let get gets got getting make makes made put puts take takes took taken give
    gives gave given go goes went gone come comes came want wants like likes say says said tell
    see saw seen know knows think thinks look looks call calls called note notes mark add set
    move moves moved change status deal deals card cards task tasks contact contacts client
    clients stage pipeline ticket tickets and/or etc happen happens happened keep keeps kept
    """
)

# What is pointed to: the words that point to it, by any of their forms.
_CUES = {
    "go": "move go goes went gone going shift advance progress promote push pull bring put place"
    " take send belong step slide transfer forward proceed switch drag bump relocate mark set enter"
    " land reach become get got deserve qualify change flip turn make call update count show"
    " correct sit stand pass update register record",
    "hand": "assign reassign give hand pass transfer delegate allocate entrust shift move go"
    " goes went route inherit switch handle own manage belong",
    "hold": "own handle manage run lead take look care keep inherit cover get do assume pick"
    " responsible charge owner mind tend",
    "follow": "follow followup callback chase recontact",
    "done": "done finish finished complete completed tick check close closed over settled cross"
    " accomplish strike",
    "task": "task todo reminder remind chore",
    "clear": "clear cancel remove drop empty erase delete wipe unset scrap scratch blank",
    "longer": "longer anymore",
    "label": "tag label",
    "note": "note remark comment jot",
    "log": "log record write document register minute add enter put keep",
    "call": "call called phone phoned ring rang rung spoke speak spoken talk telephone dial"
    " voicemail chat",
    "meet": "meet met meeting visit visited saw lunch coffee viewing tour appointment",
    "mail": "email emailed mail mailed",
    "add": "add create new register enter enrol enroll open start put raise invite set make"
    " include",
    "away": "archive delete bin trash discard",
    "reopen": "reopen revive resurrect reactivate",
    "up": "increase raise up rise rose risen grow grew grown climb more add gain another extra"
    " additional bought further buy hire later push delay postpone extend plus",
    "down": "decrease reduce lower down drop dropped less cut fewer shrink shrank discount haggle"
    " off cheaper knock shave sold lose lost earlier minus trim",
    "twice": "double",
    "half": "halve",
    "put_off": "push postpone delay defer put move shift extend prolong bump reschedule add slip"
    " slide later",
    "sooner": "forward earlier sooner",
}
CUES = {sense: {stem(word) for word in words.split()} for sense, words in _CUES.items()}

# Before an argument: what says that something comes to be there.
BECOMING = bag("is are be been was becomes become became gets get got goes go = : remains")
MODALS = bag("will would shall should can could may must ought need needs has have had did")
LEADING = bag("to into onto as")
STANDING = bag("in at on under")
ADVERBS = bag(
    """
    the a an our now then also just all straight back over on onto directly already finally
    really still next along away up down forward today together again be been being right so
    immediately officially thus rather both it them her him his their its my
    """
)
# After an argument: what says no more of it.
TRAILING = bag(
    """
    now please next then today instead already finally again too stage column status step ok
    okay yes thanks all right away then that is hooray great good well done straight as everyone
    for her him them it me us from on of pipeline board
    """
)
NEGATORS = bag("not no never nor neither without nobody none nothing cannot hardly")
