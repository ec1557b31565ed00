"""Score the verifier on written claims about sentences of charts: true ones refused, changed and unfounded ones released, by kind.

A line holds ``evidence``, ``statement``, ``label`` (supported, contradicted, not_enough_information) and ``kind``, what was changed. Use::

    python -m tests.claims.scoring FILE

It prints aggregates only, so that a file can be scored that nobody may look at.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from rag.verification.verdicts import Claimed, Judgement
from rag.verification.verifier import open_verifier

Line = Mapping[str, str]


def read_claims(path: Path) -> list[Line]:
    """The lines of a packed file."""
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]


def judged(claims: Sequence[Line]) -> list[Judgement]:
    """What the product's verifier says of each."""
    return open_verifier().judge([Claimed(claim["statement"], (claim["evidence"],)) for claim in claims])


def rejected_shares(claims: Sequence[Line], judgements: Sequence[Judgement]) -> dict[str, float]:
    """The share that is not released, by label."""
    rejected = Counter(claim["label"] for claim, judgement in zip(claims, judgements, strict=True) if not judgement.supported)
    return {label: rejected[label] / count for label, count in Counter(claim["label"] for claim in claims).items()}


def table(claims: Sequence[Line], judgements: Sequence[Judgement]) -> str:
    """Refused by label, and of the changed ones by kind."""
    kinds = Counter(claim["kind"] for claim in claims if claim["kind"])
    stopped = Counter(claim["kind"] for claim, judgement in zip(claims, judgements, strict=True) if not judgement.supported)
    lines = [f"{label:26} refused {share:.3f}" for label, share in rejected_shares(claims, judgements).items()]
    return "\n".join([*lines, *(f"  {kind:24} refused {stopped[kind]:3} of {count:3}" for kind, count in kinds.most_common())])


def main(arguments: Sequence[str]) -> None:
    """Print the table of a file."""
    claims = read_claims(Path(arguments[0]))
    sys.stdout.write(table(claims, judged(claims)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
