"""What is asked about doing things, and does nothing: should I, what if, who moved her."""

from agents.language.frames import Frame
from agents.language.words import lexicon
from agents.language.words.wording import bag, sayings

UNCHANGED, NOTHING = "nothing was changed.", "Nothing was changed."
MINE = sayings("should i, should we, can i, may i, could i, shall i, shall we, might we")
OUTCOMES = sayings("what would happen, what happens if, what will happen")
WAYS = sayings("how do i, how can i, how would i, how do you, how do we, how to move")
ANYBODY = sayings("has anyone, did anyone, did someone, has somebody, did we, did i")
WHY = sayings("why did, why was, why were, why has")
WHO = sayings("who moved, who changed, who archived, who deleted, who assigned, who added")
CHANGED = bag("moved archived deleted reassigned changed updated")


def consider(frame: Frame) -> bool:
    """Say of what is only asked about that nothing was done; return whether it is that."""
    words = frame.lows(frame.at, 6)
    if words[:2] in MINE and frame.low(frame.end - 1) == "?":
        said = f"That is for you to decide; {UNCHANGED} Say it as a request, and I do it."
    elif words[:3] in OUTCOMES or words[:2] == ("what", "if"):
        said = f"I cannot say what would come of it; {UNCHANGED}"
    elif words[:3] in WAYS or words[:2] == ("how", "to"):
        said = (
            "Say it here in your own words, such as “move Karen to the next stage”, or drag the "
            f"card on the board. {NOTHING}"
        )
    elif words[:2] in WHY or words[:2] in WHO or _asks_what_was_done(frame):
        said = f"What was done, when and by whom is on the timeline of each record. {NOTHING}"
    else:
        return False
    frame.plan.says.append(said)
    return True


def _asks_what_was_done(frame: Frame) -> bool:
    """Did you move her; has anyone archived it; was she moved?"""
    words = frame.lows(frame.at, 2)
    rest = [frame.low(i) for i in range(frame.at, frame.end)]
    if words in (("did", "you"), ("have", "you")):
        return True
    if words in ANYBODY:
        return any(each in lexicon.PARTICIPLES or each in lexicon.VERBS for each in rest[2:])
    passive = words[:1] in sayings("was, were, has, is") and rest[-1:] == ["?"]
    return passive and bool(CHANGED & set(rest))
