"""The demo's mail server: takes every mail by SMTP and sends none on."""

import argparse
import asyncio
import logging
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from helpdesk.dev.mailbox import keep

SIZE_LIMIT = 60 * 1024 * 1024


class Keeper:
    """What the server does with a mail: it answers 250 only once the mail is on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        try:
            name = keep(self.folder, envelope.rcpt_tos, content)
        except OSError:
            logging.getLogger(__name__).exception("The mail could not be kept")
            return "451 Requested action aborted: the mail could not be kept"
        return f"250 OK kept as {name}"


async def serve(folder: Path, host: str, port: int) -> None:
    """Takes mail on `host`:`port` until it is cancelled."""
    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()

    def new_session() -> SMTP:
        return SMTP(
            Keeper(folder),
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname="catcher.localhost",
            loop=loop,
        )

    server = await loop.create_server(new_session, host, port)
    async with server:
        await server.serve_forever()


def main() -> None:
    """`python -m helpdesk.dev.catcher FOLDER HOST PORT`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    options = parser.parse_args()
    asyncio.run(serve(options.folder, options.host, options.port))


if __name__ == "__main__":
    main()
