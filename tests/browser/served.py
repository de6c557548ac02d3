"""What the tests of the served pages share: which claim is looked at, and when its page has settled."""

from typing import Any

CASE, CLAIM = "coreweave-ddtl-3", "ddtl-3"


def settle(page: Any) -> None:
    """Wait until no answer is on its way. By selector: the page's policy lets nobody evaluate text in it."""
    page.wait_for_timeout(50)
    page.locator(".claim[data-whole]:not([aria-busy=true])").wait_for(timeout=30_000)
