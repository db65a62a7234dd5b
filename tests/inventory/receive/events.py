"""Small worlds of events, as JSON: two jobs, three datasets, few times, every facet that is read."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

DATASETS = [("pg://db", "shop.users"), ("pg://db", "shop.mails"), ("s3://lake", "out/mails")]
TIMES = [f"2026-03-0{day}T08:00:00Z" for day in (1, 2, 3)]
SQL = ["INSERT INTO mails SELECT email FROM users", "INSERT INTO mails SELECT * FROM users", "SELEC"]
FIELDS = ["email", "phone"]


def named(pair: tuple[str, str]) -> dict[str, str]:
    return {"namespace": pair[0], "name": pair[1]}


def _some(*facets: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """None, one or several of the facets."""
    chosen = st.lists(st.one_of(*facets), max_size=2)
    return chosen.map(lambda dicts: {key: value for one in dicts for key, value in one.items()})


names = st.sampled_from(DATASETS).map(named)
columns = st.lists(st.sampled_from(FIELDS), min_size=1, max_size=2, unique=True)
_input = st.builds(lambda d, f: {**d, "field": f}, names, st.sampled_from(FIELDS))
_lineage = st.builds(
    lambda f, one, rows: {"columnLineage": {"fields": {f: {"inputFields": [one]}}, "dataset": rows}},
    st.sampled_from(FIELDS), _input, st.lists(_input, max_size=1),
)  # fmt: skip
facets = _some(
    columns.map(
        lambda fs: {"schema": {"fields": [{"name": f, "type": "text", "description": f"the {f}"} for f in fs]}}
    ),
    _lineage,
    names.map(lambda d: {"lineage": {"inputs": [{**d, "type": "DATASET"}]}}),
    names.map(lambda d: {"symlinks": {"identifiers": [{**d, "type": "TABLE"}]}}),
    st.just({"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}),
    names.map(lambda d: {"lifecycleStateChange": {"lifecycleStateChange": "RENAME", "previousIdentifier": d}}),
    st.sampled_from(FIELDS).map(lambda f: {"tags": {"tags": [{"key": "pii", "value": "user.name", "field": f}]}}),
    st.just({"ownership": {"owners": [{"name": "team:data"}, {"name": "user:jane.canary"}]}}),
)
datasets = st.lists(st.builds(lambda d, f: {**d, "facets": f}, names, facets), max_size=2)
_job_facets = _some(st.sampled_from(SQL).map(lambda q: {"sql": {"query": q}}))
_run_facets = _some(st.just({"extractionError": {"totalTasks": 2, "failedTasks": 1, "errors": []}}))
jobs = st.builds(lambda name, f: {"namespace": "etl", "name": name, "facets": f}, st.sampled_from("ab"), _job_facets)
run_events = st.fixed_dictionaries(
    {
        "eventType": st.sampled_from(["START", "RUNNING", "COMPLETE", "FAIL", "NEW"]),
        "eventTime": st.sampled_from(TIMES),
        "run": st.builds(lambda n, f: {"runId": f"run-{n}", "facets": f}, st.sampled_from([1, 2]), _run_facets),
        "job": jobs,
        "inputs": datasets,
        "outputs": datasets,
    }
)
job_events = st.fixed_dictionaries(
    {"eventTime": st.sampled_from(TIMES), "job": jobs, "inputs": datasets, "outputs": datasets}
)
dataset_events = st.fixed_dictionaries(
    {"eventTime": st.sampled_from(TIMES), "dataset": st.builds(lambda d, f: {**d, "facets": f}, names, facets)}
)
events = st.one_of(run_events, run_events, run_events, job_events, dataset_events)
