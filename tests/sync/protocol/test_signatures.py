"""Signed requests: whatever differs from what was signed, in one character, is refused."""

from __future__ import annotations

import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol.signatures import COUNTER_MAX, read_signed, sign

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
METHOD, TARGET, BODY = "POST", "https://central.example/v1/commands?x=%20", b'{"commands": []}'
MUTATIONS, ALL_MUTATIONS = 1_000, 10_000


def signed(counter: int = 12) -> dict[str, str]:
    return sign(
        KEY,
        "T0001",
        METHOD,
        TARGET,
        BODY,
        created=1_790_000_000,
        counter=counter,
        random=b"8 bytes!",
    )


def accepted(
    headers: dict[str, str],
    method: str = METHOD,
    target: str = TARGET,
    body: bytes = BODY,
    key: Ed25519PublicKey | None = None,
) -> bool:
    found = read_signed(headers)
    return (
        found is not None
        and found.proves(key or KEY.public_key(), method, target)
        and found.is_of(body)
    )


def test_the_headers_are_those_of_the_two_standards() -> None:
    headers = signed()
    assert headers["content-digest"].startswith("sha-256=:")
    assert headers["signature-input"] == (
        'sig=("@method" "@target-uri" "content-digest");created=1790000000;keyid="T0001"'
        ';alg="ed25519";nonce="12.3820627974657321";tag="comptoir"'
    )
    found = read_signed(headers)
    assert found is not None
    assert (found.device, found.counter, found.created) == ("T0001", 12, 1_790_000_000)
    assert accepted(headers)


@pytest.mark.parametrize("count", [MUTATIONS, pytest.param(ALL_MUTATIONS, marks=pytest.mark.all)])
def test_no_mutation_is_accepted(count: int) -> None:
    chance, headers = random.Random(9), signed()
    taken = []
    for _ in range(count):
        mutated = dict(headers)
        name = chance.choice(list(mutated))
        mutated[name] = mutate(chance, mutated[name])
        if mutated[name] != headers[name] and accepted(mutated):
            taken.append(mutated[name])
    assert taken == []


def mutate(chance: random.Random, text: str) -> str:
    place = chance.randrange(len(text))
    letter = chance.choice('ABCDwxyz0189+/=-_ :;"().é\t')
    kind = chance.randrange(4)
    if kind == 0:
        return text[:place] + letter + text[place + 1 :]
    if kind == 1:
        return text[:place] + letter + text[place:]
    if kind == 2:
        return text[:place] + text[place + 1 :]
    other = chance.randrange(len(text))
    low, high = sorted((place, other))
    return text[:low] + text[high:] + text[low:high]


def test_the_spare_bits_of_base64_are_zero() -> None:
    headers = signed()
    value = headers["signature"]
    last = value[-4]
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
        if letter != last:
            assert not accepted(headers | {"signature": f"{value[:-4]}{letter}==:"})


def test_another_method_address_body_or_key_is_refused() -> None:
    headers = signed()
    assert not accepted(headers, method="GET")
    assert not accepted(headers, target=TARGET.replace("https", "http"))
    assert not accepted(headers, target=TARGET + "&more=1")
    assert not accepted(headers, body=BODY + b" ")
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    assert not accepted(headers, key=other)


@pytest.mark.parametrize("missing", ["content-digest", "signature-input", "signature"])
def test_no_header_may_be_missing(missing: str) -> None:
    headers = signed()
    del headers[missing]
    assert read_signed(headers) is None


def test_a_counter_above_the_largest_is_refused() -> None:
    assert accepted(signed(COUNTER_MAX))
    assert not accepted(signed(COUNTER_MAX + 1))
