"""What cannot be done here, whatever it is done to: merging, printing, sending messages."""

from agents.language.evidence.evidence import Message, Said
from agents.language.frames import Impossible
from agents.language.words import lexicon
from agents.language.words.wording import bag

UNABLE = {
    "merge": "Merging contacts is done on their pages",
    "export": "Exports are on the page of the list",
    "import": "Files are brought in on the import page",
    "print": "I cannot print",
    "translate": "I cannot translate",
    "invite": "People are let in by an owner, in the settings",
    "pay": "I cannot pay",
    "buy": "I cannot buy",
    "fly": "I cannot do that",
    "sing": "I cannot do that",
    "tweet": "I cannot post anywhere",
    "fax": "I cannot send faxes",
    "upload": "I cannot upload files",
    "download": "I cannot download files",
    "charge": "I cannot charge anybody",
    "refund": "I cannot refund",
    "sms": "I cannot send text messages",
    "text": "I cannot send text messages",
    "clone": "I cannot copy records",
    "duplicate": "I cannot copy records",
    "copy": "I cannot copy records",
    "encrypt": "I cannot do that",
    "order": "I cannot order anything",
    "hack": "I cannot do that",
    "install": "I cannot do that",
    "dial": "I cannot make calls",
    "whatsapp": "I cannot send text messages",
    "post": "I cannot post anywhere",
    "split": "I cannot split records",
    "fire": "That is not for me to do",
    "hire": "That is done by moving a candidate",
}
SENT = bag("sms text texts fax whatsapp invoice parcel package flowers letter postcard gift")
LIKE_NOUNS = bag("text order post print split copy")


def refuse(message: Message) -> None:
    """
    Refuse what begins with what cannot be done: print the board, send her flowers.

    :raises Impossible: says so
    """
    for unit in message.units:
        if unit.at and message.tokens[unit.at - 1].low not in (".", "!", "?", ";"):
            continue
        said = Said(message, unit)
        if unit.mood != "denied" and (because := _cannot(said, said.first())):
            raise Impossible(f"{because}. Nothing was changed.")


def _cannot(said: Said, at: int) -> str:
    """Return why what a unit begins with cannot be done, "" where it can."""
    low = said.low(at)
    alone = low in LIKE_NOUNS and at + 1 >= said.end
    if low in UNABLE and not alone and not said.message.mentions.starting(at, "stage", "pipeline"):
        return UNABLE[low]
    mentions = said.message.mentions
    sent = [
        i for i in said.places() if said.low(i) in SENT and not mentions.covering(i, "pipeline")
    ]
    if low == "send" and sent:
        return f"I cannot send {said.low(sent[0])}"
    undone = lexicon.VERBS.get(low) == "undo"
    return "Say “undo that” to take back what was done last" if undone else ""
