"""What does the public page look like?  The pages of a disclosure, in every language, as files that need no others."""

from __future__ import annotations

from inventory.page.render import Page, pages

__all__ = ["Page", "pages"]
