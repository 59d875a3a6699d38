"""Filters of lists. A domain declares one class; addresses, cursors, chips and exports are derived from its fields."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Self

from annotated_types import MaxLen
from pydantic import AfterValidator, Field, ValidationError
from pydantic.fields import FieldInfo

from data.core.models import Command
from data.core.permissions import Actor

MAX_LENGTH: Final = 200  # of a value in an address, unless its field sets a limit
Names = Callable[[str, str], str]  # (field, value) → what to call the value
SORTED: Final = AfterValidator(lambda values: tuple(sorted(set(values))))  # so that equal filters are equal texts


@dataclass(frozen=True, slots=True)
class Param:
    """How a field of a filter is written in addresses and in words.

    `name`: the parameter, without the prefix of its list. `choices`: the values that an address may have, if the field
    allows more. `absent`: the value if the parameter is missing; `empty`: how an empty field is then written.
    `chip`, `phrase`: what the field says, with `{words}` and `{values}`; `label`: what a chip filters on. `on_bar`: a
    control that is always in sight shows the field, so it needs no chip.
    """

    name: str
    chip: str = "{words}"
    phrase: str = ""  # the same as the chip
    label: str = ""
    choices: tuple[str, ...] = ()
    absent: str = ""
    empty: str = ""
    on_bar: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition of a filter in words: on a chip, and within a sentence."""

    param: Param
    text: str
    phrase: str


class ListFilter(Command):
    """The conditions of a list. An empty field matches every record."""

    needs_all: ClassVar[frozenset[str]] = frozenset()  # fields that only a projection of all records can answer

    text: Annotated[str, Field(max_length=MAX_LENGTH), Param("q", on_bar=True)] = ""

    @classmethod
    def from_query(cls, query: Mapping[str, Sequence[str]], prefix: str) -> Self:
        """Return the filter that an address asks for. Values that are no choice are ignored, long ones are cut."""
        found: dict[str, Any] = {}
        for name, param in cls.params().items():
            field = cls.model_fields[name]
            many, limit = isinstance(field.default, tuple), _max_length(field)
            sent = [text[:limit] for text in query.get(f"{prefix}_{param.name}", ())]
            valid = [text for text in (sent if many else sent[:1]) if cls._allows(name, param, text)]
            value = valid if many else (valid or [param.absent])[0]
            if value not in ("", param.empty):
                found[name] = value
        return cls.model_validate(found)

    def to_query(self, prefix: str) -> dict[str, list[str]]:
        """Return the parameters of an address that asks for this filter."""
        query = {}
        for name, param in self.params().items():
            texts = self._texts(name) or [param.empty]
            if texts != [param.absent]:
                query[f"{prefix}_{param.name}"] = texts
        return query

    def scope(self) -> str:
        """Return a text that differs for different filters: cursors and cached results are bound to it."""
        return self.model_dump_json()

    @abstractmethod
    def matches(self, record: Any, viewer: Actor, now: datetime) -> bool:
        """Return whether a record is meant, as far as `viewer` may see it. Ignores the fields of `needs_all`."""

    def describe(self, names: Names) -> tuple[Chip, ...]:
        """Return the conditions in words, in the order of the fields; the text comes last."""
        params = sorted(self.params().items(), key=lambda each: each[0] == "text")
        return tuple(self._chip(name, param, names) for name, param in params if self._texts(name))

    def without(self, *names: str) -> Self:
        """Return the filter with these fields empty."""
        return self.model_copy(update={name: type(self).model_fields[name].default for name in names})

    @property
    def needs_projection(self) -> bool:
        return any(map(self._texts, self.needs_all))

    @property
    def is_narrowed(self) -> bool:
        """Whether any condition is set, apart from those that an address without parameters sets too."""
        return any(self._texts(name) for name, param in self.params().items() if not param.empty)

    @property
    def depends_on_time(self) -> bool:
        """Whether the same filter can match other records later, although no record changed."""
        return False

    @classmethod
    def params(cls) -> dict[str, Param]:
        """Return the fields that an address can have."""
        marked = ((name, data) for name, field in cls.model_fields.items() for data in field.metadata)
        return {name: data for name, data in marked if isinstance(data, Param)}

    @classmethod
    def _allows(cls, name: str, param: Param, text: str) -> bool:
        if not text or (param.choices and text not in param.choices):
            return False
        try:
            many = isinstance(cls.model_fields[name].default, tuple)
            return text == param.empty or bool(cls.model_validate({name: [text] if many else text}))
        except ValidationError:
            return False

    def _texts(self, name: str) -> list[str]:
        value = getattr(self, name)
        return [str(each) for each in (value if isinstance(value, tuple) else (value,)) if each not in (None, "")]

    def _chip(self, name: str, param: Param, names: Names) -> Chip:
        values = self._texts(name)
        words = [names(name, value) for value in values]
        text = param.chip.format(words=" or ".join(words), values=" or ".join(values))
        phrase = (param.phrase or param.chip).format(words=", ".join(words), values=", ".join(values))
        return Chip(param, text, phrase)


def _max_length(field: FieldInfo) -> int:
    return next((data.max_length for data in field.metadata if isinstance(data, MaxLen)), MAX_LENGTH)
