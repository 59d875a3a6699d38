"""Turn what is printed into log records: libraries print tracebacks, which would bypass redaction."""

import io
import logging
import sys
import threading
from typing import Final, TextIO

LONGEST: Final = 10_000  # characters of a line without an end


def capture_streams() -> None:
    """Log each line that is printed from now on. A second call changes nothing.

    Standard output is logged as info, because programs print progress there; standard error as a warning.
    Handlers that hold the original stream still write to it. So does `print(…, file=sys.__stdout__)`.
    """
    if not isinstance(sys.stdout, LogStream):
        sys.stdout = LogStream("stdout", logging.INFO, sys.stdout)
    if not isinstance(sys.stderr, LogStream):
        sys.stderr = LogStream("stderr", logging.WARNING, sys.stderr)


class LogStream(io.TextIOBase):
    """A text stream that logs complete lines. Each thread has its own incomplete line."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, name: str, level: int, original: TextIO) -> None:
        super().__init__()
        self._log, self._level, self._original = logging.getLogger(name), level, original
        self._thread = threading.local()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """Return the original descriptor, which child processes inherit."""
        return self._original.fileno()

    def write(self, text: str) -> int:
        """Log the complete lines of `text`, and keep the rest for the next call."""
        if getattr(self._thread, "logging", False):
            return len(text)  # a handler that writes here would log forever
        *lines, rest = (getattr(self._thread, "text", "") + text).split("\n")
        if len(rest) > LONGEST:
            lines, rest = [*lines, rest], ""
        self._thread.text, self._thread.logging = rest, True
        try:
            for line in filter(str.strip, lines):
                self._log.log(self._level, "%s", line.rstrip())
        finally:
            self._thread.logging = False
        return len(text)

    def flush(self) -> None:
        """Do nothing: records are written at once, and an incomplete line waits for its end."""
