"""What people have typed is shown in Streamlit's labels as they typed it: no link, icon, colour, dash or arrow."""

import pytest
from playwright.sync_api import expect

from components.kit.markdown import plain
from tests.kit.hostile import HOSTILE, SOME

KINDS = ["button", "caption", "popover", "text_input", "text_area", "date_input", "selectbox", "multiselect"]
KINDS += ["segmented_control", "expander", "page_link", "progress", "form_submit_button"]

SHOWN = """prefix => [...document.querySelectorAll(`[class*="st-key-shown_${prefix}"]`)].map(box => {
    const words = [...box.querySelectorAll('[data-testid=stMarkdownContainer], [data-testid=stCaptionContainer]')]
    const tags = 'a, img, code, pre, strong, em, del, sup, br, hr, ul, ol, [role=img], [style], [class^=stM]'
    const made = words.flatMap(one => [...one.querySelectorAll(tags)]).map(one => one.outerHTML)
    return [...new Set(words.map(one => one.textContent)), ...made]
})"""


@pytest.mark.parametrize(
    "words",
    [
        "Contact e-mail",
        "Role is Admin or Manager",
        "first_last",
        "Northwind (labs), no. 3!",
        "R&D",
        "Try again: x, 3\u00a0min",
    ],
)
def test_ordinary_words_need_no_escapes(words):
    assert plain(words) == words


@pytest.mark.parametrize(
    ("words", "escaped"),
    [
        ("**bold** `code`", r"\*\*bold\*\* \`code\`"),
        ("[x](http://evil.example)", r"\[x\](http:color[:]//evil.example)"),
        ("![x](//evil.example)", r"!\[x\](//evil.example)"),
        (":material/home: :red[x]", r":color[:]material/home: :color[:]red\[x\]"),
        ("a@b.example, www.b.example", "a:color[@]b.example, www:color[.]b.example"),
        ("a -> b -- c", "a -:color[>] b -:color[-] c"),
        ("__proto__", r"\_\_proto\_\_"),
        ("# heading", r"\# heading"),
        ("1. item", r"1\. item"),
        ("<b>x</b> &lt; $x$", r"\<b>x\</b> \&lt; \$x\$"),
        ("  two\n\n lines ", "two lines"),
        ("Deactivate Ann\u202e\u2066", "Deactivate Ann"),
    ],
)
def test_markup_is_escaped(words, escaped):
    assert plain(words) == escaped


def opened(tab, address, last):
    tab.goto(address)
    expect(tab.locator(f".st-key-shown_{last}")).to_be_visible()
    expect(tab.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    expect(tab.locator("[data-testid=stSkeleton]")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["button", "caption"])  # a label, which is held to less, and a text
def test_every_text_is_shown_character_by_character(tab, kind):
    opened(tab, f"/names?kind={kind}", f"{kind}_{len(HOSTILE) - 1}")
    assert tab.evaluate(SHOWN, kind) == [[text] for text in HOSTILE]


@pytest.fixture(scope="module")
def kinds(chromium, gallery):
    """The page with some texts in each kind of element."""
    context = chromium.new_context(base_url=gallery)
    page = context.new_page()
    page.set_default_timeout(60_000)
    opened(page, "/names", f"form_submit_button_{HOSTILE.index(SOME[-1])}")
    yield page
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_element_shows_text_character_by_character(kinds, kind):
    assert kinds.evaluate(SHOWN, f"{kind}_") == [[text] for text in SOME]


@pytest.mark.browser
def test_options_of_lists_are_shown_character_by_character_without_escapes(kinds):
    fields = kinds.locator("[class*=st-key-made_selectbox_] input").all()
    assert [field.input_value() for field in fields] == SOME
    assert kinds.locator("[data-tag] [title]").all_text_contents() == SOME


@pytest.mark.browser
def test_text_from_right_to_left_is_isolated_in_the_page(kinds):
    words = kinds.locator(".facts dd bdi")
    expect(words).to_have_css("unicode-bidi", "isolate")
    expect(words).to_have_css("direction", "ltr")


@pytest.mark.browser
def test_help_texts_are_shown_character_by_character(kinds):
    for text in SOME[:3]:
        kinds.locator(f".st-key-made_button_{HOSTILE.index(text)} button").first.hover()
        tooltip = kinds.get_by_role("tooltip").filter(has_text=text)
        expect(tooltip).to_have_text(text)
        expect(tooltip.locator("a, [role=img], [class^=stMarkdownC]:not([data-testid])")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize("text", SOME[:2])
def test_the_title_of_a_dialog_shows_text_character_by_character(tab, text):
    tab.goto(f"/names?kind=caption&titled={HOSTILE.index(text)}")
    dialog = tab.get_by_role("dialog", name=text, exact=True)
    expect(dialog).to_be_visible()
    expect(dialog.locator("a")).to_have_count(0)
