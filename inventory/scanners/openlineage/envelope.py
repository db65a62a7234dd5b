"""When an event happened, whose it is, and whether it is one at all: what must be right before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from inventory.scanners.openlineage.names import dataset_id, job_name
from inventory.scanners.openlineage.shape import Shape


def refusal(event: Mapping[str, Any]) -> str | None:
    """Why an event cannot be taken at all, in words of the specification; None for one that can.

    Kinds of event that the specification does not know yet are taken: they say by their `schemaURL` what they are.
    """
    shape = Shape()
    event_time(event, shape)
    if "job" in event:
        job = shape.mapping(event["job"], "job")
        shape.required(job.get("namespace"), "job.namespace")
        shape.required(job.get("name"), "job.name")
        if "run" in event or "eventType" in event:
            shape.required(shape.mapping(event.get("run"), "run").get("runId"), "run.runId")
    elif "dataset" in event:
        dataset_id(shape.mapping(event["dataset"], "dataset"), shape, "dataset")
    elif not isinstance(event.get("schemaURL"), str):
        shape.problems.append("it has neither a job nor a dataset, so it is no OpenLineage event")
    return "; ".join(dict.fromkeys(shape.problems)) or None


def subject(event: Mapping[str, Any]) -> str | None:
    """The name of the job or dataset that an event is about; None for a kind that is about neither."""
    told = event.get("job")
    if isinstance(told, dict):
        return job_name(told, Shape())
    told = event.get("dataset")
    dataset = dataset_id(told, Shape(), "dataset") if isinstance(told, dict) else None
    return f"{dataset.namespace}/{dataset.name}" if dataset else None


def event_time(event: Mapping[str, Any], shape: Shape) -> datetime | None:
    """The event's time in UTC, which it is taken to be in where it names no zone."""
    text = shape.required(event.get("eventTime"), "eventTime")
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        shape.problems.append("eventTime is no time")
        return None
