"""`comptoir certificate`: a private authority for a shop's network, and the server's certificate.

Name constraints bind the authority to the names it was made for (RFC 5280, 4.2.1.10): who takes
its key can pose as nothing else.
"""

from __future__ import annotations

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sync.domain.errors import InvalidInput

CA, CA_KEY, SERVER, SERVER_KEY = "ca.pem", "ca-key.pem", "server.pem", "server-key.pem"
LEAF_DAYS, CA_DAYS = 397, 3650
BEGINS_EARLIER = timedelta(hours=1)  # tills' clocks are not all right

app = typer.Typer(pretty_exceptions_enable=False)


@app.command("certificate")
def certificate(
    names: Annotated[list[str], typer.Argument(help="Names and addresses of the server.")],
    folder: Annotated[Path, typer.Option(help="Where the files go.")] = Path("certificates"),
) -> None:
    """Make a private authority and the server's certificate; again, renews the certificate."""
    issue(names, folder, datetime.now(UTC))
    typer.echo(
        f"Server:  comptoir central --host ... --tls-cert {folder / SERVER} "
        f"--tls-key {folder / SERVER_KEY}\n"
        f"Devices: comptoir terminal --pair CODE --ca {folder / CA} ...\n"
        f"The certificate holds {LEAF_DAYS} days; run this again before. Keep {folder / CA_KEY} "
        "away from the server."
    )


def issue(names: list[str], folder: Path, now: datetime) -> None:
    """Write the four files into `folder`; an authority that is there for these names stays."""
    wanted = [_general_name(name) for name in names]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ca, ca_key = _authority(wanted, folder, now)
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = (
        _builder(names[0], ca.subject, key.public_key(), now, LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_authority_of(ca_key), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    _write(folder / SERVER, leaf.public_bytes(Encoding.PEM))
    _write(folder / SERVER_KEY, _private(key))


def _authority(
    names: list[x509.GeneralName], folder: Path, now: datetime
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    permitted = [_permitted(name) for name in names]
    if (folder / CA).exists():
        ca = x509.load_pem_x509_certificate((folder / CA).read_bytes())
        bound = ca.extensions.get_extension_for_class(x509.NameConstraints).value
        if not set(permitted) <= set(bound.permitted_subtrees or ()):
            raise InvalidInput(
                "The authority in {folder} was made for other names. Nothing was changed; name "
                "another folder with --folder, and pair the devices with its {file}.",
                code="certificate.other_names",
                folder=str(folder),
                file=CA,
            )
        kept = load_pem_private_key((folder / CA_KEY).read_bytes(), None)
        assert isinstance(kept, ec.EllipticCurvePrivateKey)  # noqa: S101 - we made it
        return ca, kept
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Comptoir private authority")])
    ca = (
        _builder("Comptoir private authority", name, key.public_key(), now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(
            x509.KeyUsage(False, False, False, False, False, True, True, False, False),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / CA, ca.public_bytes(Encoding.PEM))
    _write(folder / CA_KEY, _private(key))
    return ca, key


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEGINS_EARLIER)
        .not_valid_after(now + timedelta(days=days))
    )


def _authority_of(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        return x509.DNSName(name.lower())
    except ValueError:
        raise InvalidInput(
            "“{name}” is neither a name nor an address of a server. Nothing was made.",
            code="certificate.name",
            name=name,
        ) from None


def _permitted(name: x509.GeneralName) -> x509.GeneralName:
    """An address is permitted as the network of itself alone."""
    if isinstance(name, x509.IPAddress):
        return x509.IPAddress(ipaddress.ip_network(str(name.value)))
    return name


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes) -> None:
    """Written beside and put in place, for this user alone."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    beside.replace(path)
