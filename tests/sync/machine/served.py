"""One real server over TLS for all histories of a process: whose centre answers changes with each of them."""

import logging
import shutil
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from central.centre import Centre, open_centre, utc_now
from central.folder import Folder
from central.keys import CA_CERT, TLS_CHAIN, TLS_KEY, make_keys
from central.serving import Serving, listen
from tests.sync.machine.relay import Relay, relayed
from tests.sync.machine.template import Template, quick_folder
from tests.sync.proxy import Proxy, proxied


class Switch:
    """Passes each request to the application in use."""

    app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


class Complaints(logging.Handler):
    """What the server's own log says of faults of its program."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(logging.Formatter().format(record)[-2000:])


@dataclass(frozen=True)
class Lines:
    """The ways to the centre: straight, through a relay that knows HTTP, through a proxy that counts bytes,
    and to somebody who has a certificate of his own.
    """

    template: Template
    straight: str
    relay: Relay
    cutting: Proxy
    impostor: Relay
    switch: Switch
    complaints: Complaints
    tally: Counter[str] = field(default_factory=Counter)
    """How often what really took place, over all histories on these lines."""


@contextmanager
def lines(template: Template) -> Iterator[Lines]:
    """Serve centres that began as this one, with everything that stands before the server."""
    switch = Switch()
    centre = open_centre(template.centre)
    with _served(centre, switch) as address:
        centre.close()  # only its keys are served: histories bring databases of their own
        with before(template, ("127.0.0.1", int(address.rpartition(":")[2])), switch) as made:
            yield made


@contextmanager
def before(template: Template, target: tuple[str, int], switch: Switch | None = None) -> Iterator[Lines]:
    """What stands before a server at this address that has the template's keys."""
    other = quick_folder("kiosk-impostor-")
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, other)
        keys = Folder(template.centre)
        make_keys(Folder(other / "centre"), other / "carried", hosts=["127.0.0.1"], now=utc_now())
        asking = ssl.create_default_context(cafile=str(keys.key(CA_CERT)))
        relay = stack.enter_context(relayed(target, _context(keys), asking))
        impostor = stack.enter_context(relayed(target, _context(Folder(other / "centre")), asking))
        address = f"https://{target[0]}:{target[1]}"
        cutting = stack.enter_context(proxied(address))
        complaints = stack.enter_context(_listening())
        yield Lines(template, address, relay, cutting, impostor, switch or Switch(), complaints)


@contextmanager
def _listening() -> Iterator[Complaints]:
    handler, loggers = Complaints(), [logging.getLogger(name) for name in ("central", "uvicorn.error")]
    for one in loggers:
        one.addHandler(handler)
    yield handler
    for one in loggers:
        one.removeHandler(handler)


def _context(folder: Folder) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder.key(TLS_CHAIN), folder.key(TLS_KEY))
    return context


@contextmanager
def _served(centre: Centre, switch: Switch) -> Iterator[str]:
    said: list[str] = []
    ready = Event()

    def started(address: str) -> None:
        said.append(address)
        ready.set()

    serving = Serving(centre, listen("127.0.0.1", 0), started)
    # The histories start and stop the applications themselves, and apply entries when they say so.
    serving.config.app, serving.config.lifespan = switch, "off"
    thread = Thread(target=serving.serve_until_stopped, daemon=True)
    thread.start()
    try:
        assert ready.wait(30), "the server did not start"
        yield said[0]
    finally:
        serving.should_exit = True
        thread.join(10)
