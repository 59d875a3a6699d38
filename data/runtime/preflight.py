"""Before the server: whether a dashboard can start here, and if not, one sentence that says why.

`make run` begins here and hands the port on to Streamlit; the launcher looks again, since make is not the only way.
"""

import os
import runpy
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from data.config.settings import Settings, SettingsError
from data.config.state_folder import StateError, open_state
from data.core.errors import AppError, InvalidInput, Misconfigured
from data.emulator.engine import EngineError
from data.registry import load_settings
from data.runtime.instance_lock import AlreadyRunning, occupant


class Refused(Exception):
    """The dashboard cannot start here: one sentence with the remedy."""


TROUBLE: Final = (AppError, EngineError, Refused, SettingsError, StateError)  # what we understand, and end with


def look(settings: Settings, server_port: int) -> None:
    """Return if a dashboard can start with `settings`, served on `server_port`.

    Raises AlreadyRunning, Refused, StateError.
    """
    home = None if settings.production else open_state(settings)
    if home and (url := occupant(home.folder, settings.port)):
        raise AlreadyRunning(url)
    if server_port == settings.port:
        return
    if not free(settings.port):
        raise Refused(
            f"Port {settings.port} is taken by another program: end that, "
            f"or set DASHBOARD_PORT to a free port and start with make run."
        )
    raise Refused(
        f"The settings say port {settings.port} and the server listens on {server_port}: "
        "start with make run, which hands DASHBOARD_PORT on."
    )


def free(port: int) -> bool:
    """Whether a server could listen on `port` of this machine, as of now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def ending_with_a_sentence() -> Iterator[None]:
    """End the process where the block cannot go on: exit code 1 and why; 0 where the dashboard runs already."""
    try:
        yield
    except AlreadyRunning as running:
        print(running, flush=True)  # noqa: T201 - what a command says
        raise SystemExit(0) from None
    except TROUBLE as error:
        print(told(error), file=sys.stderr, flush=True)  # noqa: T201
        raise SystemExit(1) from None


def told(error: Exception) -> str:
    """What went wrong, for a terminal: a line per field, and the remedy where there is one."""
    if isinstance(error, InvalidInput):
        return "\n".join(f"{field}: {sentence}" for field, sentence in error.fields.items())
    return f"{error} {error.remedy}" if isinstance(error, Misconfigured) else str(error)


def main() -> None:
    """Look, and go on as `streamlit run dashboard.py` on the port of the settings, in this process."""
    with ending_with_a_sentence():
        settings = load_settings()
        look(settings, settings.port if free(settings.port) else 0)
    signal.signal(signal.SIGINT, _end)
    os.environ["STREAMLIT_SERVER_PORT"] = str(settings.port)
    sys.argv = ["streamlit", "run", "dashboard.py"]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


def _end(*_: object) -> None:
    """Ctrl-C is how a dashboard is meant to end: no failure. The server hands it on when everything is stopped."""
    raise SystemExit(0)


if __name__ == "__main__":
    main()
