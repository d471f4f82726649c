"""What an identity signs with: requester id and key of the national header, keys of HTTP message signatures."""

from __future__ import annotations

from dataclasses import dataclass, field

HMAC_SM3 = "hmac-sm3"
SM2_SM3 = "sm2-sm3"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of HTTP message signatures (RFC 9421).

    Attributes:
        id: what `keyid` names it by.
        algorithm: `hmac-sm3` (GB/T 32905) or `sm2-sm3` (GB/T 32918).
        secret: the shared secret as text, or the private key of SM2 as 64 hexadecimal digits.
        public: the public key of SM2 as 128 hexadecimal digits, empty for shared secrets.
    """

    id: str
    algorithm: str
    secret: str = field(repr=False)
    public: str = ""


@dataclass(frozen=True, slots=True)
class Signing:
    """What an identity signs with.

    Attributes:
        rid: requester id of the national header signature, empty where there is none.
        key: its key.
        keys: keys of message signatures.
    """

    rid: str = ""
    key: str = field(default="", repr=False)
    keys: tuple[Key, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything of it that no evidence may show."""
        return (self.key, *(one.secret for one in self.keys))

    def key_for(self, algorithm: str) -> Key | None:
        """Return the key for an algorithm, None where there is none."""
        return next((one for one in self.keys if one.algorithm == algorithm), None)
