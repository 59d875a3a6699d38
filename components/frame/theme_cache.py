"""Compose the theme once per process instead of on every click.

Streamlit writes all theme options anew into the first message of each rerun, a third of the processor time of an
empty page (`make bench PART=reruns` shows the rerun; the options are some two hundred). They cannot change while the
process lives. Streamlit's own function still composes them; on a version without it nothing is touched.
"""

from functools import cache
from typing import Final

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

COMPOSE: Final = "_populate_theme_msg"


def compose_once() -> None:
    """From now on each section of the theme is composed at its first use and copied after that."""
    compose = getattr(app_session, COMPOSE, None)
    if compose is None or hasattr(compose, "composed"):
        return

    @cache
    def composed(section: str) -> CustomThemeConfig:
        message = CustomThemeConfig()
        compose(message, section)
        return message

    def copied(message: CustomThemeConfig, section: str = "theme") -> None:
        message.MergeFrom(composed(section))

    copied.composed = composed  # type: ignore[attr-defined]
    setattr(app_session, COMPOSE, copied)
