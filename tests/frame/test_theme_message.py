import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from components.frame.theme_cache import COMPOSE, compose_once

SECTIONS = ["theme", *(f"theme.{each.value}" for each in config.CustomThemeCategories)]


@pytest.fixture
def both(monkeypatch):
    """Streamlit's own function, and ours in its place."""
    own = getattr(app_session, COMPOSE)
    monkeypatch.setattr(app_session, COMPOSE, own)
    compose_once()
    return own, getattr(app_session, COMPOSE)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_composed_theme_is_streamlits_own(both, section):
    own, ours = both
    theirs, first, again = CustomThemeConfig(), CustomThemeConfig(), CustomThemeConfig()
    own(theirs, section)
    ours(first, section)
    ours(again, section)
    assert theirs == first == again


def test_streamlit_composes_each_section_only_once(both):
    _, ours = both
    for _ in range(3):
        ours(CustomThemeConfig(), "theme.dark")
    assert ours.composed.cache_info().misses == 1
