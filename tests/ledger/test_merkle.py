"""The tree, against published vectors and against a second implementation.

The eight leaves with their roots and proofs are the reference tree of certificate transparency (its C++ and Go tests).
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger import merkle
from app.ledger.merkle import WIDTH, Frontier
from tests.ledger import rfc9162

ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
LEAVES = [rfc9162.leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): INCLUSION[0, 8],
    (2, 5): INCLUSION[1, 5][1:],
    (6, 7): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
MANY = [sha256(number.to_bytes(4, "big")).digest() for number in range(1100)]


def subtree_of(leaves: Sequence[bytes]) -> Callable[[int, int], bytes]:
    return lambda height, ordinal: merkle.fold(leaves[ordinal << height : ordinal + 1 << height])


def hexed(proof: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in proof]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_the_reference_tree(size: int) -> None:
    assert merkle.root(size, subtree_of(LEAVES)).hex() == ROOTS[size]
    assert rfc9162.mth(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_inclusion_proofs_of_the_reference_tree(index: int, size: int) -> None:
    assert hexed(merkle.inclusion(index, size, subtree_of(LEAVES))) == INCLUSION[index, size]


@pytest.mark.parametrize(("first", "second"), CONSISTENCY)
def test_the_consistency_proofs_of_the_reference_tree(first: int, second: int) -> None:
    assert hexed(merkle.consistency(first, second, subtree_of(LEAVES))) == CONSISTENCY[first, second]


def test_a_frontier_knows_the_root_at_each_size() -> None:
    frontier = Frontier()
    assert frontier.root() == merkle.EMPTY_ROOT
    for leaf in MANY:
        frontier.push([leaf])
        if frontier.size % WIDTH in {0, 1, 100, 255} or frontier.size < 20:
            assert frontier.root() == merkle.root(frontier.size, subtree_of(MANY))
    assert frontier.root() == rfc9162.mth(MANY)


@given(st.lists(st.integers(0, len(MANY)), max_size=8))
def test_leaves_may_come_in_any_portions(ends: list[int]) -> None:
    frontier, before = Frontier(), 0
    for end in [*sorted(ends), len(MANY)]:
        frontier.push(MANY[before:end])
        before = end
    assert frontier.root() == rfc9162.mth(MANY)


@given(st.data())
def test_the_second_implementation_takes_every_proof_and_nothing_near_it(data: st.DataObject) -> None:
    second = data.draw(st.integers(1, len(MANY)), label="second")
    first = data.draw(st.integers(1, second), label="first")
    root, before = (merkle.root(size, subtree_of(MANY)) for size in (second, first))
    path = merkle.inclusion(first - 1, second, subtree_of(MANY))
    assert rfc9162.includes(MANY[first - 1], first - 1, second, path, root)
    assert not rfc9162.includes(MANY[first - 2], first - 1, second, path, root)
    assert not rfc9162.includes(MANY[first - 1], first - 1, second, [*path, root], root)
    proof = merkle.consistency(first, second, subtree_of(MANY))
    assert rfc9162.extends(first, before, second, root, proof)
    assert not rfc9162.extends(first, MANY[0][::-1], second, root, proof)
    if proof:
        broken = [proof[0][::-1], *proof[1:]]
        assert not rfc9162.extends(first, before, second, root, broken)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 1000, 1100])
def test_a_proof_asks_for_few_subtrees(size: int) -> None:
    asked: list[tuple[int, int]] = []

    def counted(height: int, ordinal: int) -> bytes:
        asked.append((height, ordinal))
        return subtree_of(MANY)(height, ordinal)

    assert len(merkle.inclusion(0, size, counted)) <= size.bit_length()
    assert len(asked) <= 2 * size.bit_length()
