"""Signed requests: HTTP message signatures (RFC 9421) with Ed25519 over the method, the address and
a digest of the body (RFC 9530).

One form is made and one is read. What a signature says of itself is in a fixed order, and base64
is taken only in the one spelling of its bytes: whatever differs in a character is refused. The
nonce begins with a counter of the device, which never goes back.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

COUNTER_MAX = 2**62
RANDOM_BYTES = 8
CONTENT_DIGEST, SIGNATURE_INPUT, SIGNATURE = "content-digest", "signature-input", "signature"
_COVERED = '("@method" "@target-uri" "content-digest")'
_INPUT = re.compile(
    re.escape(_COVERED)
    + r';created=(0|[1-9][0-9]{0,11});keyid="([A-Z][0-9]{4})";alg="ed25519"'
    + r';nonce="([1-9][0-9]{0,18})\.([0-9a-f]{16})";tag="comptoir"'
)
# The last character before the padding has bits to spare: only the spelling with zeros is taken.
_SIGNATURE = re.compile(r"sig=:([A-Za-z0-9+/]{85}[AQgw]==):")
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=):")


@dataclass(frozen=True, slots=True)
class Signed:
    """What the headers of a request claim; nothing of it is proved before `proves`."""

    device: str
    counter: int
    created: int
    digest: str
    signature: bytes
    parameters: str

    def proves(self, key: Ed25519PublicKey, method: str, target: str) -> bool:
        """Whether the holder of `key` asked for `method` at `target`, the whole address."""
        try:
            key.verify(self.signature, _base(method, target, self.digest, self.parameters))
        except InvalidSignature:
            return False
        return True

    def is_of(self, body: bytes) -> bool:
        """Whether `body` is the one that was signed."""
        return self.digest == content_digest(body)


def content_digest(body: bytes) -> str:
    """The value of the header Content-Digest (RFC 9530) of `body`."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sign(
    key: Ed25519PrivateKey,
    device: str,
    method: str,
    target: str,
    body: bytes,
    *,
    created: int,
    counter: int,
    random: bytes,
) -> dict[str, str]:
    """The headers that sign a request of `device`.

    `created`: seconds since 1970; `counter`: larger than any that this device has used before;
    `random`: `RANDOM_BYTES` bytes, so that two holders of one key never sign the same.
    """
    digest = content_digest(body)
    parameters = (
        f'{_COVERED};created={created};keyid="{device}";alg="ed25519"'
        f';nonce="{counter}.{random.hex()}";tag="comptoir"'
    )
    signature = base64.b64encode(key.sign(_base(method, target, digest, parameters))).decode()
    return {
        CONTENT_DIGEST: digest,
        SIGNATURE_INPUT: f"sig={parameters}",
        SIGNATURE: f"sig=:{signature}:",
    }


def read_signed(headers: Mapping[str, str]) -> Signed | None:
    """What the headers claim; None when they are not in the one form that is taken."""
    given, parameters = headers.get(SIGNATURE, ""), headers.get(SIGNATURE_INPUT, "")
    digest = headers.get(CONTENT_DIGEST, "")
    signature = _SIGNATURE.fullmatch(given)
    said = _INPUT.fullmatch(parameters.removeprefix("sig=")) if parameters[:4] == "sig=" else None
    if signature is None or said is None or _DIGEST.fullmatch(digest) is None:
        return None
    created, device, counter, _ = said.groups()
    if int(counter) > COUNTER_MAX:
        return None
    return Signed(
        device,
        int(counter),
        int(created),
        digest,
        base64.b64decode(signature[1]),
        said.group(),
    )


def _base(method: str, target: str, digest: str, parameters: str) -> bytes:
    """What is signed: RFC 9421, 2.5."""
    lines = (
        f'"@method": {method}',
        f'"@target-uri": {target}',
        f'"content-digest": {digest}',
        f'"@signature-params": {parameters}',
    )
    return "\n".join(lines).encode()
