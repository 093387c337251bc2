"""What is counted for the outside view, in Prometheus' text format."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

registry = CollectorRegistry()
FAST = (0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

waiting = Gauge(
    "topicdesk_deliveries_waiting", "Deliveries not yet carried.", ["gate"], registry=registry
)
oldest = Gauge(
    "topicdesk_oldest_delivery_seconds",
    "For how long the oldest delivery that is due has waited.",
    ["gate"],
    registry=registry,
)
latency = Histogram(
    "topicdesk_delivery_seconds",
    "From the act to its copy on the other side.",
    ["gate", "kind"],
    buckets=FAST,
    registry=registry,
)
failures = Counter(
    "topicdesk_delivery_failures_total",
    "Attempts that did not succeed; `dead` ones are not tried again.",
    ["gate", "outcome"],
    registry=registry,
)
channels_up = Gauge(
    "topicdesk_channel_up", "1 while a channel is started, else 0.", ["channel"], registry=registry
)
channel_failures = Counter(
    "topicdesk_channel_failures_total",
    "Starts of a channel that failed, and ends of what it listens to.",
    ["channel"],
    registry=registry,
)
unrecorded = Counter(
    "topicdesk_unrecorded_total",
    "Outcomes that were marked, but whose record failed by a mistake of ours.",
    registry=registry,
)
budget_used = Gauge(
    "topicdesk_group_budget_used",
    "Actions in the group in the last minute.",
    ["gate"],
    registry=registry,
)
api_calls = Counter(
    "topicdesk_api_calls_total", "Calls of the Bot API.", ["method", "outcome"], registry=registry
)
flood_waits = Counter(
    "topicdesk_flood_waits_total", "Calls that the Bot API answered with 429.", registry=registry
)
updates = Counter(
    "topicdesk_updates_total",
    "Updates from Telegram: done, failed (a try that did not succeed) or set aside.",
    ["outcome"],
    registry=registry,
)
handling = Histogram(
    "topicdesk_update_seconds",
    "From the arrival of an update to its commit.",
    buckets=FAST,
    registry=registry,
)


def render() -> bytes:
    """All of it, as /metrics answers."""
    return generate_latest(registry)
