"""
An agent's first day, over plain HTTP: find a card, score it, try to move it, attest, ask, undo.

    WHEELHOUSE_TOKEN=whl_a_… python docs/agent_quickstart.py [http://localhost:8000]

One call is done, one is refused by a gate, one waits for a person. The script says what to decide
and where, waits until somebody has, and takes its own score back. It needs nothing but Python.
"""

import itertools
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

WAIT = 300.0  # seconds for a person to decide
POLL = 2.0  # seconds between two looks at what waits
SMALL = 1_000_000  # minor units: deals up to 10,000 do not wait because of their value


class Wheelhouse:
    """The API, as far as this agent needs it."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.token = token

    def call(self, tool: str, arguments: dict[str, Any], **envelope: Any) -> dict[str, Any]:
        """
        Use a tool; the answer says done, waiting, refused, denied or failed, and why.

        The key makes it safe to send a call again, should its answer get lost on the way.
        """
        key = {} if envelope.get("dry_run") else {"idempotency_key": str(uuid.uuid4())}
        return self.send(f"/api/tools/{tool}/", {"arguments": arguments, **key, **envelope})

    def look(self, tool: str, **arguments: Any) -> Any:
        """Use a tool that only reads, and return its result."""
        answer = self.call(tool, arguments)
        if answer["status"] != "done":
            sys.exit(f"{tool}: {answer['summary']}")
        return answer["result"]

    def send(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310  (the address is the caller's own)
            self.url + path,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                answer = json.load(response)
        except urllib.error.HTTPError as refusal:
            answer = json.load(refusal)
            if "summary" not in answer:  # it is not about a call: the token, the address …
                sys.exit(answer["detail"])
        return dict(answer)


def find_card(crm: Wheelhouse) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return a small deal that lacks something to be attested, its stage, and the next stage."""
    for pipeline in crm.look("search_objects", type="pipeline")["results"]:
        board = crm.look("get_board", pipeline=pipeline["ref"], cards=0)
        for stage, following in itertools.pairwise(board["stages"]):
            if stage["count"] and stage["exit_criteria"] and following["kind"] == "active":
                for card in find_small_deals(crm, stage["stage"]):
                    if lacks_attestation(crm, card["ref"], following["stage"]):
                        return card, stage, following
    sys.exit("No small deal lacks something to be attested; add one and try again.")


def find_small_deals(crm: Wheelhouse, stage: str) -> list[dict[str, Any]]:
    """Return some cards of a stage that are worth something, but not too much."""
    condition = [
        {"field": "position.stage", "op": "=", "value": stage},
        {"field": "position.value_cents", "op": ">", "value": 0},
        {"field": "position.value_cents", "op": "<=", "value": SMALL},
    ]
    found = crm.look("search_objects", type="position", filter=condition)
    return list(found["results"])


def lacks_attestation(crm: Wheelhouse, card: str, to_stage: str) -> bool:
    """Whether items to attest are all that keeps a card from moving on: a dry run tells."""
    arguments = {"position": card, "to_stage": to_stage}
    tried = crm.call("move_contact", arguments, confidence=1.0, dry_run=True)
    return {each["kind"] for each in tried.get("unmet", [])} == {"checklist"}


def tell(what: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Print how a call ended."""
    print(f"\n{what}\n  {answer['status']}: {answer['summary']}")
    for reason in answer["because"]:
        print(f"  because {reason}")
    for each in answer.get("unmet", []):
        print(f"  missing: {each['label']} ({each['says']})")
    return answer


def await_decision(crm: Wheelhouse, action: str) -> dict[str, Any]:
    """Look at what waits until a person decided and it was carried out, or not."""
    until = time.monotonic() + WAIT
    found = crm.look("get_action", action=action)
    while found["status"] in ("waiting", "granted") and time.monotonic() < until:
        time.sleep(POLL)
        found = crm.look("get_action", action=action)
    return dict(found)


def settle(crm: Wheelhouse, answer: dict[str, Any]) -> None:
    """Where a call waits for a person, say where to decide, wait, and print what became of it."""
    if answer["status"] != "waiting":
        return
    print(f"\nDecide it in the inbox, please: {crm.url}/inbox/", flush=True)
    found = await_decision(crm, answer["action"])
    print(f"  {found['status']}: {found['says']}")
    if found["approval"]["note"]:
        print(f"  {found['approval']['decided_by']} says: {found['approval']['note']}")


def main(url: str, token: str) -> None:
    crm = Wheelhouse(url, token)
    tools = crm.send("/api/tools/?dialect=openai")["results"]
    print(f"I may use {', '.join(each['function']['name'] for each in tools)}.")

    card, stage, following = find_card(crm)
    print(f"\nI look after {card['name']}, {card['ref']}, in {stage['name']}.")

    scored = tell(
        "Score it:",
        crm.call(
            "score_contact",
            {
                "position": card["ref"],
                "factors": {"engagement": 71, "fit": 80, "intent": 66, "timing": 58},
                "overall_score": 69,
                "reasoning": ["Opened the last three mails", "Right size and industry"],
            },
            reason="New signs of interest",
            confidence=0.95,
        ),
    )

    move = {"position": card["ref"], "from_stage": stage["stage"], "to_stage": following["stage"]}
    early = tell(
        f"Move it to {following['name']}, too early:",
        crm.call("move_contact", move, reason="They sound ready", confidence=0.95),
    )

    for missing in early.get("unmet", []):
        evidence = {"evidence": "They said so on the phone.", "source": "call of this morning"}
        attested = tell(
            f"Attest it: {missing['label']}",
            crm.call(
                "attest_criterion",
                {"position": card["ref"], "criterion": missing["key"], **evidence},
                reason="Heard on the phone",
                confidence=0.95,
            ),
        )
        settle(crm, attested)

    asked = tell(
        "Move it now, though not quite sure:",
        crm.call("move_contact", move, reason="Every criterion is met", confidence=0.7),
    )
    settle(crm, asked)

    if scored["status"] == "done":
        undone = crm.call("undo_action", {"action": scored["action"]}, confidence=0.95)
        settle(crm, tell("Take the score back:", undone))


if __name__ == "__main__":
    if "WHEELHOUSE_TOKEN" not in os.environ:
        sys.exit("Set WHEELHOUSE_TOKEN to the token that `make run` or `create_agent` printed.")
    main(
        sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000",
        os.environ["WHEELHOUSE_TOKEN"],
    )
