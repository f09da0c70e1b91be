"""Elasticsearch's configuration files. Pure, but for the salt of a password."""

import base64
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PBKDF2_ROUNDS = 10_000  # Elasticsearch reads the number from the hash; it takes 10,000 and up


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the file realm. ``superuser`` is a role that is built in."""

    name: str
    password: str
    roles: tuple[str, ...] = ("superuser",)


@dataclass(frozen=True, slots=True)
class ElasticPorts:
    http: int
    transport: int


def settings_yaml(ports: ElasticPorts, folder: Path, secure: bool, settings: Mapping[str, object]) -> str:
    """elasticsearch.yml: one ``key: JSON value`` a line; ``settings`` win."""
    values = {
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": ports.http,
        "transport.port": ports.transport,
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "cluster.routing.allocation.disk.threshold_enabled": False,  # tests are small, a laptop's disk may be full
        "xpack.security.enabled": secure,
        "xpack.security.http.ssl.enabled": False,
        "xpack.security.transport.ssl.enabled": False,
        **({"xpack.security.authc.realms.file.accounts.order": 0} if secure else {}),
        **settings,
    }
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in values.items())


def users_file(accounts: Sequence[Account]) -> str:
    return "".join(f"{account.name}:{password_hash(account.password, os.urandom(32))}\n" for account in accounts)


def users_roles_file(accounts: Sequence[Account]) -> str:
    roles = sorted({role for account in accounts for role in account.roles})
    names = {role: [account.name for account in accounts if role in account.roles] for role in roles}
    return "".join(f"{role}:{','.join(names[role])}\n" for role in roles)


def roles_yaml(roles: Mapping[str, object]) -> str:
    """JSON is YAML."""
    return "".join(f"{name}: {json.dumps(role)}\n" for name, role in roles.items())


def password_hash(password: str, salt: bytes) -> str:
    """As Elasticsearch writes PBKDF2: the command that does it starts a Java of its own for each user."""
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, PBKDF2_ROUNDS, dklen=32)
    return f"{{PBKDF2}}{PBKDF2_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"
