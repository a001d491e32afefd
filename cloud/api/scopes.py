"""What a key may be allowed to do."""

from typing import Final, Literal, get_args

Scope = Literal[
    "members:read", "members:write", "purchases:write", "returns:write", "quotes:read", "redemptions:write"
]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
