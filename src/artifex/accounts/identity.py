"""The user behind a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["admin", "member", "viewer"]


@dataclass(frozen=True, slots=True)
class Identity:
    """An authenticated user."""

    user_id: str
    name: str
    role: Role
    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    """Where this user's limits differ from the server's, by the names of ``api.config.Limits``."""
