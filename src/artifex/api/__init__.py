"""The HTTP API: routes that parse a request, call one other package and answer, and live events."""
