"""A body is read up to its caps, however it is cut and packed, and gives back what it took."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.receive import body
from inventory.receive.body import Budget, Refusal, json_of, read_body
from inventory.receive.committing import Overloaded


def run(work):
    """Run it in a thread of its own: a browser of other tests has a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _pieces(content, sizes):
    for size in sizes:
        yield content[:size]
        content = content[size:]
    yield content


def read(content, encoding="", sizes=(), budget=None):
    with (budget or Budget(10**9)).share() as take:
        return run(read_body(_pieces(content, sizes), encoding, take))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=3), st.lists(st.integers(0, 50), max_size=5))
def test_any_cut_and_any_members_give_the_whole(members, sizes):
    whole = b"".join(members)
    assert read(whole, "", sizes) == whole
    assert read(b"".join(map(gzip.compress, members)), "gzip", sizes) == whole


@pytest.mark.parametrize(
    ("content", "encoding", "status"),
    [
        (b"x" * 101, "", 413),
        (gzip.compress(b"x" * 501), "GZIP", 413),
        (gzip.compress(b"x")[:-1], "gzip", 400),
        (gzip.compress(b"x") + b"rest", "gzip", 400),
        (b"x", "gzip", 400),
        (b"x", "zstd", 415),
    ],
)
def test_what_is_too_large_or_cannot_be_unpacked_is_refused(monkeypatch, content, encoding, status):
    monkeypatch.setattr(body, "MAX_PACKED", 100)
    monkeypatch.setattr(body, "MAX_BODY", 500)
    budget = Budget(1000)
    with pytest.raises(Refusal) as refused:
        read(content, encoding, budget=budget)
    assert refused.value.status == status
    assert budget.used == 0


def test_a_bomb_is_never_unpacked_beyond_the_cap(monkeypatch):
    monkeypatch.setattr(body, "MAX_BODY", 3 * 2**20)
    budget = Budget(5 * 2**20)
    with pytest.raises(Refusal, match="when it is unpacked"):
        read(gzip.compress(b" " * (100 * 2**20)), "gzip", budget=budget)


def test_all_bodies_together_have_a_budget():
    with pytest.raises(Overloaded):
        read(b"x" * 101, budget=Budget(100))


def test_a_sender_that_never_ends_is_let_go(monkeypatch):
    monkeypatch.setattr(body, "SECONDS", 0.05)

    async def slow():
        yield b"{"
        await asyncio.sleep(60)

    with pytest.raises(Refusal, match="did not come") as refused:
        run(read_body(slow(), "", lambda size: None))
    assert refused.value.status == 408


def test_json_is_read_and_what_is_none_is_refused():
    assert json_of(b"\xef\xbb\xbf {} ") == {}
    for broken in (b"", b"{", b"\xff", b"1" * 5000):
        with pytest.raises(Refusal):
            json_of(broken)
