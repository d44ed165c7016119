"""References that can be read aloud and typed from paper: `K7TM-4WXD`.

No letter or digit that looks or sounds like another (B/8, I/1/L, M/N, O/0/Q, S/5, U/V, Z/2). The last character checks
the others: weighted sum modulo the prime 23, so any one wrong character and any two neighbours swapped are noticed.
"""

import secrets

ALPHABET = "23456789ACDEFGHJKMPRTWX"
BASE = len(ALPHABET)  # 23, a prime
LENGTH = 7  # without the check character: 23 ** 7 is about 3.4 thousand million


def generate(length: int = LENGTH) -> str:
    """A new random reference, with its dashes and check character. `length` is without them, and at most 20."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return _dashed(body + _check(body))


def normalise(typed: str, length: int = LENGTH) -> str | None:
    """What somebody typed as a reference in its one spelling; None where it cannot be one."""
    text = "".join(typed.upper().replace("-", " ").split())
    if len(text) != length + 1 or set(text) - set(ALPHABET) or _check(text[:-1]) != text[-1]:
        return None
    return _dashed(text)


def _check(body: str) -> str:
    total = sum((place + 2) * ALPHABET.index(character) for place, character in enumerate(body))
    return ALPHABET[total % BASE]


def _dashed(text: str) -> str:
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))
