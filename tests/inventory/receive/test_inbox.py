"""The inbox keeps what it was given until what came of it is written, for one process at a time."""

import pytest

from inventory.receive.inbox import Inbox
from lineage.errors import StoreError


@pytest.fixture
def inbox(tmp_path):
    made = Inbox(tmp_path / "inbox.db")
    yield made
    made.close()


def test_what_was_added_is_there_again_until_it_is_settled(inbox):
    inbox.add([b"a", b"b"])
    inbox.add([b"c"])
    assert [body for _, body in inbox.after(0, 10)] == [b"a", b"b", b"c"]
    (_, (second, _)) = inbox.after(0, 2)
    assert inbox.settle(second, {("kind", "key"): "told", ("kind", "gone"): None}) == 2
    inbox.close()
    again = Inbox(inbox.path)
    assert (again.waiting, [body for _, body in again.after(0, 10)]) == (1, [b"c"])
    assert again.remembered() == [("kind", "key", "told")]
    again.settle(second, {("kind", "key"): None})
    assert again.remembered() == []
    again.close()


def test_a_number_is_never_used_again(inbox):
    inbox.add([b"a"])
    ((first, _),) = inbox.after(0, 1)
    inbox.settle(first, {})
    inbox.add([b"b"])
    assert [body for _, body in inbox.after(first, 1)] == [b"b"]


def test_another_process_is_refused_and_the_file_is_private(inbox):
    with pytest.raises(StoreError, match="another `sharemap serve`"):
        Inbox(inbox.path)
    assert inbox.path.stat().st_mode & 0o777 == 0o600


def test_what_is_settled_is_erased(inbox):
    inbox.add([b"canary-in-the-file" * 10])
    inbox.settle(inbox.after(0, 1)[0][0], {})
    inbox.close()
    assert b"canary" not in inbox.path.read_bytes()


def test_a_file_that_is_no_inbox_is_told(tmp_path):
    (tmp_path / "inbox.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="cannot be used as an inbox"):
        Inbox(tmp_path / "inbox.db")
