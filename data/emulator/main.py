"""The engine's process: `python -m data.emulator.main FOLDER`. It lives as long as its standard input.

Exit codes: 0 ended in order, 1 cannot start (the last line of the log says why), 74 could not save,
75 the folder is another engine's.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import uvicorn

from data.emulator import folder, ministack_patches
from data.emulator.credentials import SERVICES
from data.emulator.engine import EngineError, FolderInUse, remember
from data.emulator.process import BUSY, CANNOT_SAVE, SAYS

if TYPE_CHECKING:
    from data.emulator.application import Application

GRACE_SECONDS: Final = 1
KEEP_ALIVE_SECONDS: Final = 75


def main() -> None:
    """Serve the folder until the parent is gone."""
    options = _options(sys.argv[1:])
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        hold = folder.take(options.folder)
        _set_environment(hold)
        ministack_patches.load()
        from data.emulator.application import build  # noqa: PLC0415 - ministack reads the environment when imported

        application = build(hold, options.origin)
        remember(hold.folder, hold.engine)
    except EngineError as error:
        sys.stderr.write(f"\n{SAYS}{error}\n")
        sys.exit(BUSY if isinstance(error, FolderInUse) else 1)
    except OSError as error:
        sys.stderr.write(f"\n{SAYS}{options.folder} cannot be written ({error.strerror}). Make room, or mend it.\n")
        sys.exit(1)
    asyncio.run(_serve(hold, application, options.reap_seconds))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=lambda text: Path(text).resolve())
    parser.add_argument("--origin", action="append", default=[])
    parser.add_argument("--reap-seconds", type=float, default=60)
    return parser.parse_args(arguments)


def _set_environment(hold: folder.Hold) -> None:
    """Settings of ministack. The parent handed on none, so these are all."""
    os.environ.update(
        AUTH="true",
        AWS_ACCESS_KEY_ID=hold.engine.access_key_id,
        AWS_SECRET_ACCESS_KEY=hold.engine.secret_access_key,
        BIND_HOST="127.0.0.1",
        DOCKER_HOST="unix:///nonexistent",  # it would look for its containers in the developer's Docker
        GATEWAY_PORT=str(hold.engine.port),
        IOT_MTLS_ENABLED="0",
        LOG_LEVEL="WARNING",
        MINISTACK_HOST="127.0.0.1",
        PERSIST_STATE="0",  # journal.py does that
        S3_DATA_DIR=str(hold.folder / "s3"),
        S3_PERSIST="1",
        SERVICES=",".join(SERVICES),
        SFTP_ENABLED="0",
        STATE_DIR=str(hold.folder / "cognito"),  # the keys that sign its tokens; nothing else goes there
        TMPDIR=str(hold.folder),
    )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours: see `_end_on`."""
        yield


async def _serve(hold: folder.Hold, application: "Application", reap_seconds: float) -> None:
    # ministack's own lifespan is left out: it reaches for Docker, runs scripts and starts schedulers.
    config = uvicorn.Config(
        application.guard,
        access_log=False,
        lifespan="off",
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,  # long polls are cut
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        ws="none",
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, server)
    threading.Thread(target=_watch_parent, args=(loop, server), daemon=True).start()
    reaping = loop.create_task(_reap(application, reap_seconds))
    reaping.add_done_callback(lambda _: os._exit(CANNOT_SAVE))  # it ends only when it cannot save
    await server.serve(sockets=[hold.socket])
    application.journal.close()
    os._exit(0)  # nothing acknowledged is unsaved, so no thread need be waited for


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True


def _watch_parent(loop: asyncio.AbstractEventLoop, server: uvicorn.Server) -> None:
    """Standard input is the parent's lifeline: it ends however the parent dies. A thread, for the loop may be busy."""
    while os.read(0, 1):
        pass
    loop.call_soon_threadsafe(_stop, server)
    time.sleep(GRACE_SECONDS + 0.25)
    os._exit(0)


async def _reap(application: "Application", every: float) -> None:
    from data.emulator.expiry import reap  # noqa: PLC0415 - as above

    while True:
        await asyncio.sleep(every)
        for _ in reap(application.journal):
            await asyncio.sleep(0)


if __name__ == "__main__":
    main()
