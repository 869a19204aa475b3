"""A passkey in software: what a browser and its authenticator would answer, and what a forger might."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Passkey:
    """One key on one device. `origin`, `party` and `is_verified` are what it says; a forger may say anything."""

    origin: str
    party: str
    is_verified: bool = True
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    key_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    owner: str = ""

    def create(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`, as passkey.js sends it."""
        self.owner = options["publicKey"]["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + len(self.key_id).to_bytes(2, "big") + self.key_id + public
        facts = self._facts(ATTESTED) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": facts})
        client = self._client("webauthn.create", options)
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`."""
        client, facts = self._client("webauthn.get", options), self._facts()
        signature = self.key.sign(facts + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        owner = websafe_decode(self.owner)
        return self._answer(
            clientDataJSON=client, authenticatorData=facts, signature=signature, userHandle=owner
        )

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        challenge = options["publicKey"]["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _facts(self, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.is_verified else 0) | more
        return hashlib.sha256(self.party.encode()).digest() + bytes([flags]) + bytes(4)

    def _answer(self, **response: bytes) -> str:
        texts = {name: websafe_encode(value) for name, value in response.items()}
        key_id = websafe_encode(self.key_id)
        return json.dumps({"id": key_id, "rawId": key_id, "type": "public-key", "response": texts})
