"""The event receiver: OpenLineage events over HTTP -> a durable inbox -> facts in the store.

request (body, keys) -> app -> inbox, by group commit -> standing -> store.  An event is acknowledged when it is on
the disk; a file of the same events would give the same facts (docs/serve.md).
"""
