"""Routes to sign in and out, and for a user's own password and tickets."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from artifex.accounts import Role
from artifex.accounts.accounts import Tokens
from artifex.accounts.passwords import LONGEST, SHORTEST
from artifex.accounts.sessions import TICKET_SECONDS
from artifex.api.service import Asks, The
from artifex.errors import Conflict


def require_accounts(the: The) -> None:
    """Raises Conflict in local mode."""
    if not the.config.accounts:
        raise Conflict("This studio runs without accounts; whoever is at its machine may do everything.")


router = APIRouter(prefix="/auth", tags=["auth"], dependencies=[Depends(require_accounts)])

Password = Annotated[str, Field(max_length=LONGEST)]
NewPassword = Annotated[str, Field(min_length=SHORTEST, max_length=LONGEST)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SignIn(_Request):
    name: Annotated[str, Field(max_length=100)]
    password: Password


class Refresh(_Request):
    refresh_token: Annotated[str, Field(max_length=100)]


class PasswordChange(_Request):
    old: Password
    new: NewPassword


class TokensAnswer(BaseModel):
    access_token: str
    refresh_token: str
    """Works once: its use gives the next one, and a second use ends the session."""
    token_type: str = "bearer"
    expires_in: int
    """Seconds until the access token expires."""


class Me(BaseModel):
    id: str
    name: str
    role: Role


class Ticket(BaseModel):
    ticket: str
    expires_in: int = TICKET_SECONDS


@router.post("/login", operation_id="signIn")
def sign_in(body: SignIn, request: Request, the: The) -> TokensAnswer:
    """Begin a session."""
    address = request.client.host if request.client else ""
    return _answer(the.accounts.sign_in(body.name, body.password, address))


@router.post("/refresh", operation_id="refreshTokens")
def refresh(body: Refresh, the: The) -> TokensAnswer:
    """Get the next pair of tokens. Using a refresh token a second time ends its session."""
    return _answer(the.accounts.refresh(body.refresh_token))


@router.post("/logout", status_code=204, operation_id="signOut")
def sign_out(request: Request, the: The, _asks: Asks) -> None:
    """End this session: its access and refresh tokens are no longer accepted."""
    the.accounts.sign_out(request.state.bearer)


@router.get("/me", operation_id="getMe")
def me(asks: Asks) -> Me:
    return Me(id=asks.user_id, name=asks.name, role=asks.role)


@router.post("/password", operation_id="changePassword")
def change_password(body: PasswordChange, the: The, asks: Asks) -> TokensAnswer:
    """Choose another password. All your sessions end, and a new one begins here."""
    return _answer(the.accounts.change_password(asks.user_id, body.old, body.new))


@router.post("/ticket", status_code=201, operation_id="createTicket")
def create_ticket(request: Request, the: The, _asks: Asks) -> Ticket:
    """Get a ticket, which lets in one WebSocket, as ``?ticket=``, within half a minute."""
    return Ticket(ticket=the.accounts.ticket(request.state.bearer))


def _answer(tokens: Tokens) -> TokensAnswer:
    return TokensAnswer(
        access_token=tokens.access_token, refresh_token=tokens.refresh_token, expires_in=tokens.expires_in
    )
