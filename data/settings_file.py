"""Settings that lie in a file, for whoever gives a command by hand where systemd gives them to the service."""

from pathlib import Path

from dotenv import dotenv_values

from data.config import SettingsError


def settings_in(path: Path) -> dict[str, str]:
    """The variables that a file sets, one `NAME=value` a line, as `EnvironmentFile=` of systemd reads them.

    Nothing in a value is expanded. Raises SettingsError where the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8") as file:
            found = dotenv_values(stream=file, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SettingsError(f"The settings in {path} cannot be read: {why}.") from None
    return {name: value for name, value in found.items() if value is not None}
