"""
A model that does as it is told: a server on loopback that speaks OpenAI's protocol from a script.

A script is a list of replies, one an answer: a text, calls of tools, or a way to misbehave.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from typing import Any


@dataclass(kw_only=True)
class Reply:
    """
    One answer: what it says and calls, how many seconds late, or how it fails and in which words.

    :param pace: seconds between one word and the next
    :param endless: it says so again and again
    :param ids: what all its calls are called, where they are to be called the same
    """

    text: str = ""
    calls: list[tuple[str, Any]] = field(default_factory=list)
    after: float = 0
    pace: float = 0
    status: int = 200
    words: str = "no"
    cut: bool = False
    endless: bool = False
    ids: str = ""


def says(text: str, **how: Any) -> Reply:
    return Reply(text=text, **how)


def calls(tool: str, /, **arguments: Any) -> Reply:
    return Reply(calls=[(tool, arguments)])


@dataclass
class Stub:
    """What the model will answer, and what it was asked."""

    script: list[Reply] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    for_ever: Callable[[int], Reply] | None = None
    answer: Callable[[dict[str, Any]], Reply] | None = None

    def next(self) -> Reply:
        if self.answer:
            return self.answer(self.asked[-1])
        if self.script:
            return self.script.pop(0)
        return self.for_ever(len(self.asked)) if self.for_ever else says("That is all.")


@contextmanager
def serve() -> Iterator[tuple[Stub, str]]:
    """Serve a stub; yield it and its address."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            stub.asked.append(asked)
            stub.keys.append(self.headers.get("authorization", ""))
            reply = stub.next()
            time.sleep(reply.after)
            with suppress(ConnectionError):
                _answer(self, reply, number=len(stub.asked))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stub, f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


def _answer(handler: BaseHTTPRequestHandler, reply: Reply, *, number: int) -> None:
    if reply.status != 200:
        body = json.dumps(
            {"error": {"message": reply.words, "type": "fault", "code": None}}
        ).encode()
        handler.send_response(reply.status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        return
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("connection", "close")
    handler.end_headers()
    handler.close_connection = True
    for delta, finish in _deltas(reply, number):
        _send(handler, {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
    if not reply.cut:
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        _send(handler, {"choices": [], "usage": usage})
        handler.wfile.write(b"data: [DONE]\n\n")


def _deltas(reply: Reply, number: int) -> Iterator[tuple[dict[str, Any], str | None]]:
    yield {"role": "assistant", "content": ""}, None
    words = reply.text.split(" ") if reply.text else []
    for word in cycle(words) if reply.endless else words:
        time.sleep(reply.pace)
        yield {"content": f"{word} "}, None
    if reply.cut:
        return
    for place, (tool, arguments) in enumerate(reply.calls):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        call = {"index": place, "id": reply.ids or f"call_{number}_{place}", "type": "function"}
        yield {"tool_calls": [call | {"function": {"name": tool, "arguments": ""}}]}, None
        half = len(text) // 2
        for part in (text[:half], text[half:]):
            yield {"tool_calls": [{"index": place, "function": {"arguments": part}}]}, None
    yield {}, "tool_calls" if reply.calls else "stop"


def _send(handler: BaseHTTPRequestHandler, chunk: dict[str, Any]) -> None:
    whole = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "stub"} | chunk
    handler.wfile.write(f"data: {json.dumps(whole)}\n\n".encode())
    handler.wfile.flush()
