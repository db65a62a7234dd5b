"""What the official clients send is taken, and says what it should: Python, Java, and dbt-ol on a real project."""

import subprocess
from pathlib import Path

import pytest
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import DatasetEvent, Job, JobEvent, StaticDataset
from openlineage.client.transport.http import HttpCompression, HttpConfig, HttpTransport

from lineage.model import Field, FieldId, Flow, Gap
from tests import dbt_ol
from tests.inventory.scanners.test_openlineage import MART, USERS, at, column, columns, dataset, how, run, schema
from tests.maven import libraries
from tests.project import Folder
from tests.receiver import Receiver, jobs
from tests.servers import program

OPENLINEAGE = Path(__file__).parents[2] / "openlineage"


@pytest.fixture(scope="module")
def receiver(tmp_path_factory):
    folder = Folder(tmp_path_factory.mktemp("clients"))
    folder.write("sharemap.yaml", "{}\n")
    receiver = Receiver(folder, key=folder.run("key", "add", "clients").out.strip())
    receiver.start()
    yield receiver
    assert receiver.stop() == 0
    assert [f for f in receiver.facts() if isinstance(f.statement, Gap)] == []
    assert b"canary" not in (folder.root / ".sharemap" / "store.db").read_bytes()


def flows(receiver, job):
    found = receiver.folded(lambda facts: job in jobs(facts) and facts)
    return {f.statement for f in found if isinstance(f.statement, Flow) and f.statement.job == job}


@pytest.mark.parametrize("packed", [None, HttpCompression.GZIP])
def test_the_python_client(receiver, packed):
    token = {"type": "api_key", "apiKey": receiver.key}
    config = HttpConfig.from_dict({"url": receiver.url, "auth": token})
    config.compression = packed
    client = OpenLineageClient(transport=HttpTransport(config))
    job = f"python-{packed}"
    told = columns(e=[column(USERS, "email", how("DIRECT", "TRANSFORMATION", "sha256(email)", True))])
    client.emit(run(job=job, outputs=[dataset(MART, columnLineage=told)]))
    client.emit(
        DatasetEvent(eventTime="2026-03-01T08:00:00Z", dataset=dataset(USERS, StaticDataset, schema=schema("x")))
    )
    client.emit(JobEvent(eventTime="2026-03-01T08:00:00Z", job=Job("spark", job), inputs=[], outputs=[]))
    (flow,) = flows(receiver, f"spark/{job}")
    assert flow == Flow(
        at(USERS, "email"), at(MART, "e"), "DIRECT", "TRANSFORMATION", "sha256", True, job=f"spark/{job}"
    )


def test_the_java_client(receiver):
    java = program("java", [], "default-jdk-headless")
    path = f"{libraries(OPENLINEAGE / 'pom.xml', 'openlineage-java')}/*"
    command = [java, "-XX:+UseSerialGC", "-cp", path, OPENLINEAGE / "Sender.java", receiver.url, receiver.key]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    users, features = (
        FieldId("postgres://db.example:5432", "shop.public.users"),
        FieldId("s3://lake.example", "features"),
    )
    (flow,) = flows(receiver, "java/features")
    assert flow == Flow(
        at(users, "email"), at(features, "email_hash"), "DIRECT", "TRANSFORMATION", masking=True, job="java/features"
    )
    fields = {f.statement.field for f in receiver.facts() if isinstance(f.statement, Field)}
    assert {at(users, "email"), at(users, "city")} <= fields


def test_dbt_ol(receiver, tmp_path):
    dbt_ol.build(tmp_path, receiver.url, receiver.key)
    told = flows(receiver, "dbt/shop.main.shop.audience.build.run")
    users, audience = (FieldId("duckdb://shop.duckdb", f"shop.main.{name}") for name in ("users", "audience"))
    assert {(flow.source, flow.target) for flow in told} >= {
        (at(users, "email"), at(audience, "email_hash")),
        (at(users, "city"), at(audience, "city")),
    }
