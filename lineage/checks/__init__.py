"""Every check is a module here, named like the check: `NAME`, `SEVERITY`, `PROMISE`, `SUMMARY`, `HELP`, and
`check(judgement) -> Iterator[Finding]`.
"""
