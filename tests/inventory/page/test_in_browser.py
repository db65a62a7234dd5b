"""The pages in a real browser: who can read them, on what, and what they ask of the network."""

from __future__ import annotations

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import open_all_cards

pytestmark = pytest.mark.browser

LANGUAGES = ("zh-Hans", "en")
STEMS = ("index", "recipients", "contact", "behavior", "name")
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""


@pytest.fixture
def opened(browser, site):
    """Opens pages of the site, one context for each way of looking at them."""
    contexts = []

    def open_(path, *, cards=False, **looked):
        context = browser.new_context(**looked)
        contexts.append(context)
        page = context.new_page()
        page.goto((site / path).as_uri())
        if cards:
            open_all_cards(page)
        return page

    yield open_
    for context in contexts:
        context.close()


def paths():
    return [*(f"{language}/{stem}.html" for language, stem in itertools.product(LANGUAGES, STEMS)), "index.html"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", paths())
def test_axe_finds_nothing(opened, path, viewport, scheme):
    page = opened(path, cards=True, viewport=viewport, color_scheme=scheme, bypass_csp=True)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("path", paths())
def test_nothing_is_cut_off_or_scrolls_sideways_on_a_narrow_screen(opened, path):
    page = opened(path, cards=True, viewport=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert _cut_off(page) == []


@pytest.mark.parametrize("path", paths())
def test_wider_text_spacing_hides_nothing(opened, path):
    page = opened(path, cards=True, viewport=NARROW, bypass_csp=True)
    page.add_style_tag(content=SPACED)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert _cut_off(page) == []


def _cut_off(page):
    """Elements whose text runs out of a box that does not show it, or out of the screen."""
    return page.evaluate("""() => [...document.querySelectorAll("main *, header *, footer *")]
        .filter(e => (getComputedStyle(e).overflow !== "visible" && e.scrollWidth > e.clientWidth + 1)
            || e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.outerHTML.slice(0, 120))""")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP, NARROW], ids=["phone", "desktop", "narrow"])
@pytest.mark.parametrize("path", paths())
def test_everything_that_can_be_pressed_is_large_enough(opened, path, viewport):
    page = opened(path, cards=True, viewport=viewport)
    small = page.evaluate("""() => [...document.querySelectorAll("a, summary, button, input")]
        .filter(e => !e.classList.contains("skip"))
        .map(e => [e.outerHTML.slice(0, 120), e.getBoundingClientRect()])
        .filter(([_, box]) => box.width < 24 || box.height < 24)
        .map(([html, box]) => `${html} ${box.width}x${box.height}`)""")
    assert small == []


@pytest.mark.parametrize("path", paths())
def test_a_page_asks_for_nothing_and_breaks_no_policy_of_its_own(browser, site, path):
    context = browser.new_context()
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto((site / path).as_uri())
    page.wait_for_load_state("networkidle")
    assert asked == [(site / path).as_uri()]
    assert said == []
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_gets_my_address_and_why_in_two_presses_without_javascript(opened, language):
    page = opened(f"{language}/index.html", java_script_enabled=False, viewport=PHONE)
    row = page.locator("a[href='contact.html#user-contact-email']")
    assert "AdLoom GmbH" in row.inner_text()
    assert {"zh-Hans": "仅当您同意", "en": "only if you agree"}[language] in row.inner_text()
    row.click()
    card = page.locator("#user-contact-email")
    if not card.is_visible():
        page.locator("summary", has=page.locator("h2")).nth(2).click()
    text = card.inner_text()
    for words in {
        "zh-Hans": ("展示广告", "您打开“个性化广告”后", "90天", "德国", "个人信息出境标准合同", "关闭个性化广告"),
        "en": ("Showing advertisements", "After you turn on", "90 days", "Germany", "standard contract", "Turn off"),
    }[language]:
        assert words in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_closed_card_already_names_recipients_and_consent(opened, language):
    page = opened(f"{language}/contact.html", java_script_enabled=False)
    assert not page.locator("#user-contact-email").is_visible()
    summary = page.locator("summary", has_text="AdLoom GmbH").inner_text()
    assert {"zh-Hans": "仅当您同意", "en": "only if you agree"}[language] in summary


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_is_open_on_paper(opened, language):
    page = opened(f"{language}/contact.html", viewport=DESKTOP)
    page.emulate_media(media="print")
    cards = page.locator("details:not([open]) .body").all()
    assert len(cards) == 4
    assert all(card.bounding_box()["height"] > 200 for card in cards)
    assert page.locator("nav").is_hidden()


def test_forced_colours_keep_every_mark(opened):
    page = opened("en/contact.html", cards=True, forced_colors="active", bypass_csp=True)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert Axe().run(page).violations_count == 0
    bare = page.evaluate("""() => [...document.querySelectorAll(".when, .journey > li, .card > summary")].filter(e => {
        const drawn = e.matches(".when") ? getComputedStyle(e) :
            getComputedStyle(e, e.matches("summary") ? "::after" : "::before")
        const paper = getComputedStyle(document.body).backgroundColor
        return drawn.borderBottomStyle !== "solid" || drawn.borderBottomColor === paper
    }).length""")
    assert bare == 0


def test_the_keyboard_reaches_and_opens_a_card(opened):
    page = opened("en/contact.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None


def test_the_other_language_is_the_same_page(opened):
    page = opened("en/contact.html", java_script_enabled=False)
    page.get_by_role("link", name="简体中文").click()
    assert page.url.endswith("/zh-Hans/contact.html")
    assert page.locator("h1").inner_text() == "联系方式"
