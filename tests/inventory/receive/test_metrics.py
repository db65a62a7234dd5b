"""What is counted is told as Prometheus reads it: buckets add up, and every figure has its type."""

from inventory.receive.metrics import Metrics


def test_buckets_hold_what_took_at_most_so_long():
    metrics = Metrics()
    for seconds in (0.0005, 0.02, 0.02, 99):
        metrics.took(seconds)
    lines = metrics.text().splitlines()
    assert 'sharemap_request_seconds_bucket{le="0.001"} 1' in lines
    assert 'sharemap_request_seconds_bucket{le="0.025"} 3' in lines
    assert 'sharemap_request_seconds_bucket{le="+Inf"} 4' in lines
    assert "sharemap_request_seconds_count 4" in lines


def test_counters_and_gauges_are_told_in_a_fixed_order():
    metrics = Metrics(gauges={"sharemap_b": ("B.", lambda: 2), "sharemap_a": ("A.", lambda: True)})
    metrics.add("sharemap_requests_total", label="503")
    metrics.add("sharemap_requests_total", 2, "201")
    lines = metrics.text().splitlines()
    assert [line for line in lines if line.startswith(("sharemap_req", "sharemap_a", "sharemap_b"))][:4] == [
        'sharemap_requests_total{status="201"} 2',
        'sharemap_requests_total{status="503"} 1',
        "sharemap_a 1",
        "sharemap_b 2",
    ]
    assert "sharemap_events_accepted_total 0" in lines
