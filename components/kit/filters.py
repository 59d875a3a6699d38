"""The filter bar. What it holds is in the address, as machine values (`role=admin`), so a pasted link shows the same.

Streamlit's own binding would write the labels. The address is the truth: where it says something else than the
widget wrote last (a link, the back button), the address wins; a value that is no choice is left aside.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import streamlit as st

from components.kit.formatting import count
from components.kit.markdown import plain
from data.core.filters import Chip

MOST_PAGES: Final = 1_000_000
MOST_TYPED: Final = 200  # letters of a search
Options = Mapping[str, str]  # value → label
Counts = Mapping[str, int]  # value → how many it would leave


@contextmanager
def bar(key: str = "filters") -> Iterator[None]:
    """The row of the filters; it sticks to the top of the page."""
    with st.container(key=key, horizontal=True, vertical_alignment="center", gap=8):
        yield


@contextmanager
def more(label: str = "Filter") -> Iterator[bool]:
    """Where the filters stand that are not always in sight; whether it is open, for what is dear to draw."""
    with st.popover(plain(label), icon=":material/filter_list:", key="more", on_change="rerun") as opened:
        yield bool(opened.open)


def search(key: str, placeholder: str) -> str:
    """What is searched for, as it is typed; its parameter in the address is `key`."""
    _follow_address(key, lambda sent: sent[0][:MOST_TYPED] if sent else "")
    return st.text_input(
        "Search",
        key=key,
        max_chars=MOST_TYPED,
        placeholder=placeholder,
        icon=":material/search:",
        label_visibility="collapsed",
        width=264,
        live=True,
        autocomplete="off",
        on_change=_write_one,
        args=(key, ""),
    ).strip()


def segments(key: str, label: str, options: Options, default: str) -> str:
    """The one split that matters. The default is left out of the address."""
    _follow_address(key, lambda sent: sent[0] if sent and sent[0] in options else default)
    chosen = st.segmented_control(
        plain(label),
        list(options),
        key=key,
        format_func=lambda value: plain(options[value]),
        required=True,
        label_visibility="collapsed",
        on_change=_write_one,
        args=(key, default),
    )
    return chosen or default


def choices(key: str, label: str, options: Options, counts: Counts | None = None) -> tuple[str, ...]:
    """Any of several values; none chosen means any. `counts`: how many each of them would leave."""
    _set_from_address(key, lambda sent: [value for value in sent if value in options])
    chosen = st.multiselect(
        plain(label),
        list(options),
        key=key,
        format_func=lambda value: _counted(options[value], value, counts),
        placeholder=f"Any {label.lower()}",
        on_change=_write_many,
        args=(key,),
    )
    return tuple(chosen)


def choice(key: str, label: str, options: Options, nothing: str = "") -> str:
    """One of several values, found by typing; "" is any. `nothing`: the words for that."""
    _set_from_address(key, lambda sent: sent[0] if sent and sent[0] in options else None)
    chosen = st.selectbox(
        plain(label),
        list(options),
        key=key,
        index=None,
        format_func=lambda value: options[value],
        placeholder=nothing or f"Any {label.lower()}",
        on_change=_write_one,
        args=(key, ""),
    )
    return chosen or ""


def held(key: str, options: Options) -> str:
    """The same of a filter that is not drawn just now."""
    _set_from_address(key, lambda sent: sent[0] if sent and sent[0] in options else None)
    return st.session_state[key] or ""


def conditions(prefix: str, described: Iterable[Chip]) -> None:
    """Draw a chip for each condition of a filter that no control in sight shows; a click removes it."""
    for condition in described:
        param = condition.param
        if not param.on_bar:
            chip(f"{prefix}_{param.name}", condition.text, remove=clear, on=param.label)


def query() -> dict[str, list[str]]:
    """Return all parameters of the address."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def chip(key: str, text: str, *, remove: Callable[[str], None], on: str = "") -> None:
    """A filter that is on, in words; a click calls `remove` with its key. `on`: what it is a filter on."""
    st.button(
        plain(text),
        icon=":material/close:",
        icon_position="right",
        key=f"chip_{key}",
        help=plain(f"Remove the filter on {on}") if on else "Remove this filter",
        on_click=remove,
        args=(key,),
    )


def clear(*keys: str) -> None:
    """Take these filters away. To be called in a callback, before their widgets are drawn."""
    for key in keys:
        st.session_state.pop(key, None)
        _write(key, [])


def order(key: str, default: str, allowed: Sequence[str]) -> str:
    """The order in the address (`-seen` is descending), if it is one of the columns `allowed`."""
    asked = st.query_params.get(key, default)
    return asked if asked.removeprefix("-") in allowed else default


def size_asked(key: str, sizes: Sequence[int], default: int) -> int:
    """How many rows a page is to have: the number in the address, if it is one of `sizes`."""
    sent = st.query_params.get(key, "")
    return int(sent) if sent in map(str, sizes) else default


def page_asked(key: str, scope: Hashable) -> int:
    """The page in the address; the first again when `scope`, what the pages are of, has changed in this tab."""
    if st.session_state.setdefault(f"{key}/scope", scope) != scope:
        st.session_state[f"{key}/scope"] = scope
        _write(key, [])
    sent = st.query_params.get(key, "")
    return max(int(sent), 1) if sent.isdecimal() and len(sent) < len(str(MOST_PAGES)) else 1


def pager(key: str, page: int, pages: int) -> None:
    """The pages to choose from, at the foot of a list."""
    st.session_state[key] = page
    st.pagination(pages, key=key, max_visible_pages=7, width=360, on_change=_write_page, args=(key,))


def sizes(key: str, options: Sequence[int], default: int) -> None:
    """How many rows a page is to have, beside the pages."""
    texts = [str(number) for number in options]
    _follow_address(key, lambda sent: sent[0] if sent and sent[0] in texts else str(default))
    st.selectbox(
        "Rows on a page",
        texts,
        key=key,
        format_func=lambda text: f"{text} a page",
        label_visibility="collapsed",
        width=120,
        on_change=_write_one,
        args=(key, str(default)),
    )


def _follow_address(key: str, read: Callable[[list[str]], object]) -> None:
    sent = st.query_params.get_all(key)
    if key not in st.session_state or st.session_state.get(_seen(key)) != sent:
        st.session_state[key] = read(sent)
        st.session_state[_seen(key)] = sent


def _set_from_address(key: str, read: Callable[[list[str]], object]) -> None:
    """The value anew in each run: labels with counts change, and by them Streamlit knows what was chosen."""
    sent = st.query_params.get_all(key)
    st.session_state[key], st.session_state[_seen(key)] = read(sent), sent


def _counted(label: str, value: str, counts: Counts | None) -> str:
    return label if counts is None else f"{label} {count(counts.get(value, 0))}"


def _write_one(key: str, default: str) -> None:
    value = (st.session_state[key] or "").strip()
    _write(key, [] if value == default else [value])


def _write_page(key: str) -> None:
    _write(key, [str(st.session_state[key])] if st.session_state[key] > 1 else [])


def _write_many(key: str) -> None:
    _write(key, list(st.session_state[key]))


def _write(key: str, values: list[str]) -> None:
    st.session_state[_seen(key)] = values
    if values:
        st.query_params[key] = values
    else:
        st.query_params.pop(key, None)


def _seen(key: str) -> str:
    return f"{key}/address"
