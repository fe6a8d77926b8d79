"""Routes for administrators to manage users, their roles and limits."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from artifex.accounts import Role
from artifex.accounts.users import User
from artifex.api.routes.auth import NewPassword, require_accounts
from artifex.api.service import Asks, The


def require_admin(asks: Asks) -> None:
    """Raises NotAllowed."""
    asks.require_admin()


router = APIRouter(prefix="/users", tags=["users"], dependencies=[Depends(require_accounts), Depends(require_admin)])

Amount = Annotated[int, Field(ge=0, le=2**53 - 1)]


class UserLimits(BaseModel):
    """Where a user's limits differ from the server's."""

    model_config = ConfigDict(extra="forbid", strict=True)
    requests_a_minute: Annotated[int, Field(ge=1, le=10**6)] | None = None
    open_jobs: Amount | None = None
    files: Amount | None = None
    bytes_kept: Amount | None = None


class NewUser(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: Annotated[str, Field(min_length=1, max_length=100)]
    password: NewPassword
    role: Role = "member"


class UserChanges(BaseModel):
    """Absent or null fields stay as they are; limits are replaced as a whole."""

    model_config = ConfigDict(extra="forbid", strict=True)
    role: Role | None = None
    disabled: bool | None = None
    limits: UserLimits | None = None
    password: NewPassword | None = None


class UserAnswer(BaseModel):
    id: str
    name: str
    role: Role
    disabled: bool
    limits: UserLimits
    created_at: float


class UserPage(BaseModel):
    items: list[UserAnswer]
    next_cursor: None = None


@router.get("", operation_id="listUsers")
def list_users(the: The) -> UserPage:
    """All users, in order of name. For administrators."""
    return UserPage(items=[_answer(user) for user in the.accounts.users.all()])


@router.post("", status_code=201, operation_id="createUser")
def create_user(body: NewUser, the: The) -> UserAnswer:
    return _answer(the.accounts.users.create(body.name, body.password, body.role))


@router.get("/{user_id}", operation_id="getUser")
def get_user(user_id: str, the: The) -> UserAnswer:
    return _answer(the.accounts.users.get(user_id))


@router.patch("/{user_id}", operation_id="changeUser")
def change_user(user_id: str, body: UserChanges, the: The) -> UserAnswer:
    """Change a user. A new role or password, or disabling, invalidates the user's access tokens at once."""
    limits = None if body.limits is None else body.limits.model_dump(exclude_none=True)
    users = the.accounts.users
    changed = users.change(user_id, role=body.role, disabled=body.disabled, limits=limits, password=body.password)
    return _answer(changed)


@router.delete("/{user_id}", status_code=204, operation_id="deleteUser")
def delete_user(user_id: str, the: The) -> None:
    """Delete a user, with their sessions and keys. What they made stays, visible to administrators."""
    the.accounts.users.delete(user_id)


def _answer(user: User) -> UserAnswer:
    return UserAnswer(
        id=user.id,
        name=user.name,
        role=user.role,
        disabled=user.disabled,
        limits=UserLimits(**user.limits),
        created_at=user.created_at,
    )
