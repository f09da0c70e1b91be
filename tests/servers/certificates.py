"""An authority of one's own and a certificate for 127.0.0.1 signed by it, made with Java's keytool."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from servers.artifacts import java
from servers.kafka_config import KeyStore

PASSWORD = "keep-out-of-it"
NAMES = "SAN=ip:127.0.0.1,dns:localhost"
QUICK = ("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC")  # it runs for a second
KEY = ("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "3650")


@dataclass(frozen=True, slots=True)
class Certificates:
    """``authority`` is a PEM file: what a client must trust. ``keys`` is the server's."""

    authority: Path
    keys: KeyStore


def make_certificates(folder: Path) -> Certificates:
    """Made anew each time, so that none can expire in the repository."""
    server, pem = KeyStore(folder / "server.p12", PASSWORD), folder / "authority.pem"
    _keytool(server, "-genkeypair", "-alias", "ca", "-dname", "CN=Marsad test authority", "-ext", "bc:c=ca:true", *KEY)
    _keytool(server, "-exportcert", "-rfc", "-alias", "ca", "-file", str(pem))
    signed = ("-signer", "ca", "-ext", NAMES)
    _keytool(server, "-genkeypair", "-alias", "server", "-dname", "CN=localhost", *signed, *KEY)
    _keytool(server, "-delete", "-alias", "ca")  # or the server might show the authority's certificate as its own
    return Certificates(pem, server)


def _keytool(store: KeyStore, *arguments: str) -> None:
    command = [java("keytool"), *QUICK, *arguments, "-keystore", str(store.file), "-storepass", store.password]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.returncode, f"{' '.join(command)}: {done.stdout}{done.stderr}"
