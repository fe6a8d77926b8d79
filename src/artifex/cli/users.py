"""``artifex users``: manages the users of a studio with accounts, directly in the database."""

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from artifex.cli.options import AsJson
from artifex.errors import BadInput, UnknownName

if TYPE_CHECKING:
    from artifex.accounts.users import User, Users

app = typer.Typer(help="List, add, disable or change the users of a studio with accounts.", no_args_is_help=True)


class Role(StrEnum):
    """The roles of ``artifex.accounts``, which is too slow to import for the list of options."""

    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


Name = Annotated[str, typer.Argument(help="The user's name.", metavar="NAME")]
RoleOption = Annotated[Role, typer.Option(help="What they may do: everything, make and see their own, or only look.")]


@app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List the users, their roles, and who is disabled."""
    users = _users().all()
    if as_json:
        print(json.dumps({"users": [_data(user) for user in users]}))
    else:
        _show(users)


@app.command()
def add(name: Name, role: RoleOption = Role.MEMBER, as_json: AsJson = False) -> None:
    """Add a user. The password is asked for, or read from the first line of standard input."""
    _tell(_users().create(name, _new_password(), role.value), "was added", as_json)


@app.command()
def disable(
    name: Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a user in no more: sessions end, access tokens and API keys stop working. What they made stays."""
    users = _users()
    user = users.change(_find(users, name).id, disabled=not undo)
    _tell(user, "may sign in again" if undo else "is disabled", as_json)


@app.command()
def role(
    name: Name, new: Annotated[Role, typer.Argument(help="The new role.", metavar="ROLE")], as_json: AsJson = False
) -> None:
    """Give a user another role."""
    users = _users()
    _tell(users.change(_find(users, name).id, role=new.value), "has a new role", as_json)


@app.command()
def password(name: Name, as_json: AsJson = False) -> None:
    """Give a user a new password, which is asked for, or read from standard input. Their sessions end."""
    users = _users()
    user = _find(users, name)
    _tell(users.change(user.id, password=_new_password()), "has a new password", as_json)


def _users() -> "Users":
    from artifex.accounts.passwords import Passwords
    from artifex.accounts.users import Users
    from artifex.settings import read_settings
    from artifex.wiring import open_studio_database

    return Users(open_studio_database(read_settings(), briefly=True), Passwords())


def _find(users: "Users", name: str) -> "User":
    user = users.find(name)
    if user is None:
        raise UnknownName(f"There is no user called {name!r}; 'artifex users list' shows who there is.")
    return user


def _new_password() -> str:
    """Read a password, never from the command line, where other users and the shell's history would see it."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    line = sys.stdin.readline(4096).rstrip("\r\n")
    if not line:
        raise BadInput("No password came; type it at the prompt, or send it as the first line of standard input.")
    return line


def _tell(user: "User", what: str, as_json: bool) -> None:
    print(json.dumps(_data(user)) if as_json else f"{user.name} ({user.role}) {what}.")


def _data(user: "User") -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "role": user.role,
        "disabled": user.disabled,
        "limits": dict(user.limits),
        "created_at": user.created_at,
    }


def _show(users: "list[User]") -> None:
    if not users:
        print("There are no users yet; 'artifex users add NAME --role admin' adds the first.", file=sys.stderr)
    for user in users:
        print(f"{user.name}  {user.role}{'  disabled' if user.disabled else ''}")
