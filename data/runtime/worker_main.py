"""The worker's process: `python -m data worker`, from its start to its end."""

import os
import signal
import threading
from contextlib import ExitStack
from typing import Final

from data.config.settings import Settings
from data.config.state_folder import open_state
from data.runtime.installation import Installation
from data.runtime.preflight import Refused
from data.runtime.worker_supervisor import alone, follow

LOOK_SECONDS: Final = 2.0
FIRST_LOOK_SECONDS: Final = 0.2
GRACE_SECONDS: Final = 20.0  # for the work under way when a host stops us; the next worker does what is left anew


def work(settings: Settings, *, lifeline: bool) -> None:
    """Work until SIGTERM, Ctrl-C, or the end of who holds our standard input. Raises Refused, EngineError, AppError.

    On a laptop a dashboard's engine is joined, never taken over, and only one worker works.
    """
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    if lifeline:
        follow(ended)
    with ExitStack() as place:
        if not settings.production and not place.enter_context(alone(open_state(settings).folder)):
            if lifeline:
                return
            raise Refused("A worker works here already; the dashboard that runs has started it.")
        installation = Installation(settings, joins=True)
        while lifeline and not installation.rejoin():  # whoever started us is about to start that too, or is ending
            if ended.wait(FIRST_LOOK_SECONDS):
                return
        with installation.opened():
            threading.Thread(target=_stay, args=(installation, ended), name="engine-look", daemon=True).start()
            installation.services.worker.serve(ended, grace=0 if lifeline else GRACE_SECONDS)
        # The last writes are told to other processes by now. The interpreter's own end would wait for reads of work
        # that was cut short, and take the modules away from beneath it; the next worker does that anew.
        os._exit(0)


def _stay(installation: Installation, ended: threading.Event) -> None:
    """An engine that was started again may have another address."""
    while not installation.settings.production and not ended.wait(LOOK_SECONDS):
        installation.rejoin()
