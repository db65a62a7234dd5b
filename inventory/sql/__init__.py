"""SQL text -> which column goes into which, and how; what cannot be read is said, nothing raises."""

from __future__ import annotations

import logging

from inventory.sql.lineage import Edge, Lineage, column_lineage
from inventory.sql.script import Unread

__all__ = ["Edge", "Lineage", "Unread", "column_lineage"]

logging.getLogger("sqlglot").setLevel(logging.CRITICAL + 1)  # it quotes the SQL it cannot read, literals and all
