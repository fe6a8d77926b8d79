"""The server's Prometheus metrics."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_WAITS = (1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0, 43200.0)


class Figures:
    """The metrics of one server; each has its own registry, so that two servers in a process share none."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "artifex_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._durations = Histogram(
            "artifex_request_seconds",
            "From a request's head to the end of its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._waits = Histogram(
            "artifex_queue_wait_seconds",
            "From queueing a job to its start.",
            buckets=_WAITS,
            registry=self._registry,
        )
        self._ended = Counter("artifex_jobs_ended", "Jobs that ended.", ["state"], registry=self._registry)
        self._events = Counter("artifex_events", "Events of jobs seen by this server.", registry=self._registry)
        self._dropped = Counter(
            "artifex_slow_readers", "Sockets closed because they read too slowly.", registry=self._registry
        )
        self.jobs = Gauge("artifex_jobs", "Jobs that are not over, by state.", ["state"], registry=self._registry)
        self.sockets = Gauge("artifex_sockets", "Live readers of events.", registry=self._registry)
        self.memory = Gauge("artifex_resident_bytes", "Physical memory this process holds.", registry=self._registry)

    def saw_request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._durations.labels(route).observe(seconds)

    def saw_wait(self, seconds: float) -> None:
        self._waits.observe(seconds)

    def saw_end(self, state: str) -> None:
        self._ended.labels(state).inc()

    def saw_events(self, count: int) -> None:
        self._events.inc(count)

    def dropped_reader(self) -> None:
        self._dropped.inc()

    def text(self) -> bytes:
        return generate_latest(self._registry)
