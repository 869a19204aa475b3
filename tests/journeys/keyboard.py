"""What a person without a pointer does, and what they need to see meanwhile."""

from playwright.sync_api import Locator, Page

PRESSES = 150
# WCAG 2.2, 2.4.7 and 2.4.11: one sees where the focus is. A box that is drawn by its label shows it there.
_SEEN = """it => {
  const shown = it.checkVisibility({ opacityProperty: true }) ? it : it.labels?.[0] ?? it;
  const box = shown.getBoundingClientRect();
  const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, innerHeight) / 2];
  const top = document.elementFromPoint(x, y);
  return Boolean(top) && (shown.contains(top) || [...(it.labels ?? [])].some((label) => label.contains(top)));
}"""


def tab_to(page: Page, thing: Locator) -> None:
    """Presses Tab until the focus is there, where nothing covers it."""
    for _press in range(PRESSES):
        if thing.evaluate("it => it === document.activeElement"):
            assert thing.evaluate(_SEEN), f"the focus is not to be seen on {thing}"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {thing}")


def press_on(page: Page, thing: Locator, key: str = "Enter") -> None:
    """Goes there by Tab and presses the key."""
    tab_to(page, thing)
    page.keyboard.press(key)
