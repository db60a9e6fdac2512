"""The mail server: how settings name one, and what is handed over to a real one on a socket."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from audit import clock
from audit.actions import action, tenant
from config.settings import mailer
from crm import emails, outbox
from crm.models import Email


class Server:
    """As much of an SMTP server as it takes to receive a message, or to be rude about it."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.answers = {"RCPT": "250 ok", ".": "250 taken"}
        self.received: list[str] = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as line:
                self.talk(line)

    def stop(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # closing alone would leave accept waiting
        self.socket.close()

    def talk(self, line) -> None:
        def say(text: str) -> None:
            line.write(f"{text}\r\n".encode())
            line.flush()

        say("220 here")
        for each in line:
            verb = each.decode().strip().partition(" ")[0].upper()[:4]
            if verb == "DATA":
                say("354 go on")
                self.received.append(read_message(line))
                if not self.answers["."]:
                    return
                say(self.answers["."])
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say(self.answers.get(verb, "250 ok"))


def read_message(line) -> str:
    text = []
    for each in line:
        if each == b".\r\n":
            break
        text.append(each.decode())
    return "".join(text)


@pytest.fixture
def server(settings) -> Iterator[Server]:
    running = Server()
    settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{running.port}")}
    yield running
    running.stop()


@pytest.fixture
def due(acme, ada, grace):
    with tenant(acme.pk):
        email = emails.compose(grace, subject="Größe", body="Dear Grace,\n.\nhello", by=ada)
    with action("test.arrange", by=ada):
        Email.objects.update(send_at=clock.real_now() - timedelta(seconds=1))
    return email


def now(email):
    with tenant(email.organization_id):
        return Email.objects.get(pk=email.pk)


def test_a_server_takes_a_message(server, due):
    assert outbox.send_due() == 1

    (message,) = server.received
    assert now(due).status == "sent"
    assert f"Message-ID: {now(due).message_id}" in message
    assert "To: Grace@navy.example" in message
    assert "Bcc" not in message


def test_a_server_refuses_the_address(server, due):
    server.answers["RCPT"] = "550 nobody of that name"

    assert outbox.send_due() == 0

    assert server.received == []
    assert now(due).status == "failed"
    assert "nobody of that name" in now(due).error


def test_a_server_that_hangs_up_before_it_answers_may_have_it(server, due):
    server.answers["."] = ""

    assert (outbox.send_due(), outbox.send_due()) == (0, 0)

    assert len(server.received) == 1
    assert now(due).status == "failed"
    assert "it may have gone" in now(due).error


def test_where_nobody_listens_it_is_tried_again(server, due):
    server.stop()

    assert outbox.send_due() == 0

    assert (now(due).status, now(due).attempts) == ("held", 1)


def test_settings_name_a_server_by_its_address():
    read = mailer("smtp+tls://me:p%40ss@mail.example:587")

    assert read["OPTIONS"] == {
        "host": "mail.example",
        "port": 587,
        "username": "me",
        "password": "p@ss",
        "use_tls": True,
        "use_ssl": False,
        "timeout": 30,
    }


def test_without_one_nothing_leaves_the_machine():
    assert mailer("")["BACKEND"].endswith("dummy.EmailBackend")


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "filemail:///tmp/x"])
def test_what_is_no_mail_server_is_said_at_the_start(url):
    with pytest.raises(ImproperlyConfigured, match="smtp"):
        mailer(url)
