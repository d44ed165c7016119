"""A mail server on this machine that takes letters, refuses them or hangs up, as the test asks."""

# ruff: noqa: N802 - the names of its methods are those of aiosmtpd

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

OK = "250 OK"


class MailServer:
    """`letters`: what arrived. `refuses`: what is answered to a command (RCPT or DATA) in place of yes, once each.

    `hangs_up`: at which command the connection is dropped, once: MAIL, RCPT, DATA (the letter is not taken), TAKEN (it
    is taken, and the answer lost) or QUIT.
    """

    def __init__(self) -> None:
        self.letters: list[Envelope] = []
        self.refuses: list[tuple[str, str]] = []
        self.hangs_up = ""
        self.port = 0

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._answer("MAIL", server)

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        answer = self._answer("RCPT", server)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        answer = self._answer("DATA", server)
        if answer == OK and server.transport and not server.transport.is_closing():
            self.letters.append(envelope)
            self._answer("TAKEN", server)
        return answer

    async def handle_QUIT(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        return self._answer("QUIT", server, "221 Bye")

    def _answer(self, command: str, server: SMTP, yes: str = OK) -> str:
        if self.hangs_up == command and server.transport:
            self.hangs_up = ""
            server.transport.abort()
        if self.refuses and self.refuses[0][0] == command:
            return self.refuses.pop(0)[1]
        return yes


class OnAnyPort(Controller):
    def _trigger_server(self) -> None:
        """The number is known once it listens; then it is asked whether it answers."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running() -> Iterator[MailServer]:
    server = MailServer()
    controller = OnAnyPort(server, hostname="127.0.0.1", port=0)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()
