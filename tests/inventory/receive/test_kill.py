"""A receiver that is killed under load, again and again, loses no event that it acknowledged."""

import http.client
import json
import signal
import threading
import time

import pytest

from tests.receiver import Receiver, event, jobs

KILLS = 3
SENDERS = 4
MOST = 1_000
"""Events that are sent at most."""


@pytest.mark.parametrize("store", ["sqlite", pytest.param("neo4j", marks=pytest.mark.server)])
def test_no_acknowledged_event_is_lost(folder, store, request):
    """Each event has a job of its own, so that the store tells which arrived."""
    if store == "neo4j":
        folder.write("sharemap.yaml", f"store: {request.getfixturevalue('neo4j_url')}\n")
    receiver = Receiver(folder)
    acknowledged, numbers, over = set(), iter(range(MOST)), threading.Event()

    def send():
        for number in numbers:
            if over.is_set():
                return
            job = f"j{number}"
            body = json.dumps(event(run=job, job=job)).encode()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
                connection.request("POST", "/api/v1/lineage", body, {"Content-Type": "application/json"})
                if connection.getresponse().status == 201:
                    acknowledged.add(job)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)  # it is down; whether this event was kept nobody was told

    receiver.start()
    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for kill in range(KILLS):
        time.sleep(0.3 + 0.2 * kill)
        receiver.stop(signal.SIGKILL)
        receiver.start()
    time.sleep(0.3)
    over.set()
    for sender in senders:
        sender.join()
    assert acknowledged
    assert receiver.folded(lambda facts: {f"n/{job}" for job in acknowledged} <= jobs(facts))
    assert receiver.stop() == 0
