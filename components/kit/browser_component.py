"""Components that run in the browser, and the values they send back.

A browser can send any JSON value for a component. Therefore each component declares one model of its values, and pages
see only values that passed it. A refused value counts as "no value". Values that name records are still only claims:
services authorise them.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Generic, TypeVar

import streamlit as st
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from components.kit.assets import source

REFUSED: Final = "browser_component/refused"
LONGEST_ID: Final = 300  # characters
UNSAFE: Final = re.compile(r"[\x00\ud800-\udfff]")  # NUL, and surrogates, which UTF-8 cannot encode
log = logging.getLogger(__name__)


class BrowserValues(BaseModel):
    """The values of one component. Every field has a default, which stands for "no value"."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


Values = TypeVar("Values", bound=BrowserValues)


def _printable(text: str) -> str:
    if UNSAFE.search(text):
        raise ValueError("NUL or surrogate")
    return text


PlainText = Annotated[str, AfterValidator(_printable)]
RecordId = Annotated[PlainText, StringConstraints(min_length=1, max_length=LONGEST_ID)]


class NoValues(BrowserValues):
    """For components that send nothing."""


@dataclass(frozen=True, slots=True)
class BrowserComponent(Generic[Values]):
    """A registered component and the model of its values. Made by `browser_component`."""

    name: str
    model: type[Values]
    scripts: str = field(repr=False)
    draw: Callable[..., Any] = field(repr=False)

    def __call__(self, *, key: str, data: object, **callbacks: Callable[[], None]) -> Values:
        """Draw the component and return its values.

        `callbacks` maps field names to callbacks for a change of that field. Streamlit drops the values of fields
        without a callback, so the others get an empty one.
        """
        listening = {f"on_{each}_change": callbacks.get(each, _ignore) for each in self.model.model_fields}
        return self.read(self.draw(key=key, data=data, **listening))

    def values(self, key: str) -> Values:
        """Return the current values of the component drawn under `key`, for callbacks and for code above it."""
        return self.read(st.session_state.get(key))

    def read(self, raw: object) -> Values:
        """Return the valid fields of `raw`. Fields that are not valid keep their default and are logged."""
        sent = raw if isinstance(raw, Mapping) else {}
        known = {each: sent[each] for each in self.model.model_fields if sent.get(each) is not None}
        try:
            return self.model.model_validate(known)
        except ValidationError as error:
            faults = {str(fault["loc"][0]): fault["type"] for fault in error.errors(include_input=False)}
        _log_once(self.name, faults)
        return self.model.model_validate({each: value for each, value in known.items() if each not in faults})


def browser_component(name: str, model: type[Values], *scripts: str, root: str) -> BrowserComponent[Values]:
    """Register a component made of `scripts`, files of components/assets, and an element of the class `root`."""
    html, js = f'<div class="{root}"></div>', source(*scripts)
    return BrowserComponent(name, model, js, st.components.v2.component(name, html=html, js=js, isolate_styles=False))


def _ignore() -> None:
    """Do nothing."""


def _log_once(component: str, faults: Mapping[str, str]) -> None:
    """Log each fault once per tab, without the value, because the value is read several times in a run."""
    logged: set[tuple[str, str, str]] = st.session_state.setdefault(REFUSED, set())
    for name, kind in faults.items():
        if (component, name, kind) not in logged:
            logged.add((component, name, kind))
            log.warning(
                "a component sent an invalid value", extra={"component": component, "field": name, "reason": kind}
            )
