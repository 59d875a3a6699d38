"""Settings that lie in a file, for whoever gives a command by hand where systemd gives them to the service."""

import re
from pathlib import Path
from typing import Final

from data.config.settings import SettingsError

# What `EnvironmentFile=` makes of these is plain: nothing is expanded, and what stands in quotes is kept as it is. Of
# backslashes, several quotes and values of several lines it makes something, too, but they are refused: under a secret
# that was read in another way a command would seal what the service cannot open.
COMMENT: Final = re.compile(r"[ \t]*(?:[#;].*)?(?<!\\)")  # with a backslash behind, old versions read on in it
NAME: Final = re.compile(r"[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*")
VALUE: Final = re.compile(r"""(?:'(?P<single>[^']*)'|"(?P<double>[^"\\]*)"|(?P<plain>(?:[^'"\\ \t][^\\]*?)?))[ \t]*""")


def settings_in(path: Path) -> dict[str, str]:
    """The variables that a file sets, one `NAME=value` a line, as `EnvironmentFile=` of systemd reads them.

    Raises SettingsError where the file cannot be read, or a line of it not without doubt; it tells no values.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(_text(path).split("\n"), 1):
        if COMMENT.fullmatch(line):
            continue
        name = NAME.match(line)
        if not name:
            raise SettingsError(f"Line {number} of {path} is neither NAME=value nor a comment without \\ at its end.")
        value = VALUE.fullmatch(line, name.end())
        if not value:
            raise SettingsError(
                f"{name[1]}, line {number} of {path}, has a value that can be read in more than one way. "
                "Write it in single quotes, on one line, or choose another."
            )
        found[name[1]] = value[value.lastgroup or 0]
    return found


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SettingsError(f"The settings in {path} cannot be read: {why}.") from None
    if "\0" in text:
        raise SettingsError(f"The settings in {path} cannot be read: it is no text.")
    return text
