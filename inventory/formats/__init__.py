"""How a report or a graph is written out: one file a format, each with `write(report, out)`."""
