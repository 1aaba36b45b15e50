# SPDX-License-Identifier: BSD-2-Clause
"""differ_keys - RSA and Ed25519 keys that are the same in every run

No key is kept in the repository: each comes from a seed. Never for use.
"""
import base64
import random


def _is_prime(n, rng):
    for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % p == 0:
            return n == p
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for _ in range(12):
        x = pow(rng.randrange(2, n - 1), d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def _prime(bits, rng):
    while True:
        n = rng.getrandbits(bits) | 1 | 3 << (bits - 2)
        if n % 65537 != 1 and _is_prime(n, rng):
            return n


def _der(tag, content):
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def _integer(n):
    return _der(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))


class Rsa:
    """A key as dkimpy signs with it and as key records hold it."""

    algorithm = b"rsa-sha256"

    def __init__(self, bits, seed):
        rng = random.Random(seed)
        p, q, e = _prime(bits // 2, rng), _prime(bits - bits // 2, rng), 65537
        d = pow(e, -1, (p - 1) * (q - 1))
        self.modulus, self.exponent = p * q, d
        numbers = [0, p * q, e, d, p, q, d % (p - 1), d % (q - 1),
                   pow(q, -1, p)]
        private = _der(0x30, b"".join(_integer(n) for n in numbers))
        self.private = (b"-----BEGIN RSA PRIVATE KEY-----\n"
                        + base64.encodebytes(private)
                        + b"-----END RSA PRIVATE KEY-----\n")
        bare = _der(0x30, _integer(p * q) + _integer(e))
        kind = bytes.fromhex("300d06092a864886f70d0101010500")
        whole = _der(0x30, kind + _der(3, b"\0" + bare))
        self.pkcs1 = base64.b64encode(bare).decode()
        self.public = base64.b64encode(whole).decode()


    def sign(self, digest):
        """RSASSA-PKCS1-v1_5 over a SHA-256 digest (RFC 8017 8.2)."""
        size = (self.modulus.bit_length() + 7) // 8
        info = bytes.fromhex("3031300d060960864801650304020105000420") + digest
        padded = b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info
        number = pow(int.from_bytes(padded, "big"), self.exponent, self.modulus)
        return base64.b64encode(number.to_bytes(size, "big"))


class Ed25519:
    algorithm = b"ed25519-sha256"

    def __init__(self, seed):
        import nacl.signing
        raw = random.Random(seed).randbytes(32)
        key = nacl.signing.SigningKey(raw)
        self.private = base64.b64encode(raw)
        self.public = base64.b64encode(bytes(key.verify_key)).decode()
