//! The tree of RFC 9162 §2.1 (the same as RFC 6962): leaves and nodes hash apart, so that neither can pass for the other.
//!
//! The sealer keeps a [`Range`]: at most 64 hashes from which the next root follows. A reader who was shown some entries
//! checks them with [`includes`]; one who kept an old root checks with [`extends`] that nothing before it was changed.

use sha2::{Digest, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// The hash of an entry: `SHA-256(0x00 ‖ entry)`.
pub fn leaf(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// The hash of two neighbours: `SHA-256(0x01 ‖ left ‖ right)`.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A tree to which leaves are only ever appended, kept as the roots of its perfect subtrees, largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Range {
    size: u64,
    nodes: Vec<Hash>,
}

impl Range {
    /// Reads what [`Range::nodes`] gave; nothing when the number of hashes cannot belong to a tree of this size.
    pub fn from_nodes(size: u64, nodes: &[u8]) -> Option<Self> {
        let (hashes, rest) = nodes.as_chunks::<32>();
        let fits = rest.is_empty() && u32::try_from(hashes.len()) == Ok(size.count_ones());
        fits.then(|| Self { size, nodes: hashes.to_vec() })
    }

    /// The hashes in a row, to be kept beside the size.
    pub fn nodes(&self) -> Vec<u8> {
        self.nodes.concat()
    }

    /// How many leaves there are.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf after all others.
    pub fn append(&mut self, leaf: Hash) {
        let (mut carry, mut below) = (leaf, self.size);
        while below & 1 == 1 {
            let Some(left) = self.nodes.pop() else { break };
            carry = node(&left, &carry);
            below >>= 1;
        }
        self.nodes.push(carry);
        self.size += 1;
    }

    /// The root over all leaves; of no leaves it is the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut from_right = self.nodes.iter().rev();
        let Some(&last) = from_right.next() else { return Sha256::digest([]).into() };
        from_right.fold(last, |right, left| node(left, &right))
    }
}

impl Extend<Hash> for Range {
    fn extend<T: IntoIterator<Item = Hash>>(&mut self, leaves: T) {
        for leaf in leaves {
            self.append(leaf);
        }
    }
}

/// The root over these leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut range = Range::default();
    range.extend(leaves.iter().copied());
    range.root()
}

/// Where RFC 9162 cuts a tree of two or more leaves: the largest power of two below its size.
fn cut(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// The proof that the leaf at `index` (from 0) is under [`root`] of `leaves`; nothing when there is no such leaf.
pub fn prove_inclusion(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    let (mut rest, mut index) = (leaves, index);
    if index >= leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    while rest.len() > 1 {
        let (left, right) = rest.split_at(cut(rest.len()));
        if index < left.len() {
            proof.push(root(right));
            rest = left;
        } else {
            proof.push(root(left));
            index -= left.len();
            rest = right;
        }
    }
    proof.reverse();
    Some(proof)
}

/// The proof that the tree over the first `old` leaves is the beginning of the tree over all of them; nothing when it cannot be.
pub fn prove_consistency(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    if old == 0 || old > leaves.len() {
        return None;
    }
    let (mut rest, mut old, mut whole) = (leaves, old, true);
    let mut proof = Vec::new();
    while old < rest.len() {
        let (left, right) = rest.split_at(cut(rest.len()));
        if old <= left.len() {
            proof.push(root(right));
            rest = left;
        } else {
            proof.push(root(left));
            old -= left.len();
            rest = right;
            whole = false;
        }
    }
    if !whole {
        proof.push(root(rest));
    }
    proof.reverse();
    Some(proof)
}

/// Whether `proof` shows `leaf` at `index` (from 0) in the tree of `size` leaves under `root` (RFC 9162 §2.1.3.2).
pub fn includes(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for step in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(step, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `new` leaves begins with the tree of `old` leaves (RFC 9162 §2.1.4.2).
pub fn extends(old: u64, new: u64, old_root: &Hash, new_root: &Hash, proof: &[Hash]) -> bool {
    if old == 0 || old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    let mut steps = proof.iter();
    let (mut at, mut last) = (old - 1, new - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    // a perfect old tree is itself the first step
    let first = if old.is_power_of_two() { Some(old_root) } else { steps.next() };
    let Some(&first) = first else { return false };
    let (mut old_hash, mut new_hash) = (first, first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old_hash = node(step, &old_hash);
            new_hash = node(step, &new_hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node(&new_hash, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 9162 §2.1.1, word for word, over the entries themselves: `MTH(D_n)`.
    fn mth(entries: &[Vec<u8>]) -> Hash {
        match entries {
            [] => Sha256::digest(b"").into(),
            [one] => {
                let mut bytes = vec![0u8];
                bytes.extend_from_slice(one);
                Sha256::digest(&bytes).into()
            }
            many => {
                let k = split(many.len());
                let mut bytes = vec![1u8];
                bytes.extend_from_slice(&mth(&many[..k]));
                bytes.extend_from_slice(&mth(&many[k..]));
                Sha256::digest(&bytes).into()
            }
        }
    }

    fn split(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    /// RFC 9162 §2.1.3.1: `PATH(m, D_n)`.
    fn path(m: usize, entries: &[Vec<u8>]) -> Vec<Hash> {
        if entries.len() == 1 {
            return vec![];
        }
        let k = split(entries.len());
        let (mut steps, other) = if m < k {
            (path(m, &entries[..k]), mth(&entries[k..]))
        } else {
            (path(m - k, &entries[k..]), mth(&entries[..k]))
        };
        steps.push(other);
        steps
    }

    /// RFC 9162 §2.1.4.1: `SUBPROOF(m, D_n, b)`.
    fn subproof(m: usize, entries: &[Vec<u8>], b: bool) -> Vec<Hash> {
        if m == entries.len() {
            return if b { vec![] } else { vec![mth(entries)] };
        }
        let k = split(entries.len());
        let (mut steps, other) = if m <= k {
            (subproof(m, &entries[..k], b), mth(&entries[k..]))
        } else {
            (subproof(m - k, &entries[k..], false), mth(&entries[..k]))
        };
        steps.push(other);
        steps
    }

    fn entries() -> impl Strategy<Value = Vec<Vec<u8>>> {
        prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 1..70)
    }

    fn leaves(entries: &[Vec<u8>]) -> Vec<Hash> {
        entries.iter().map(|entry| leaf(entry)).collect()
    }

    #[test]
    fn the_empty_tree_and_known_roots_are_those_of_certificate_transparency() {
        // test vectors of google/certificate-transparency (merkletree/merkle_tree_test.cc)
        let vectors =
            ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        let bytes: Vec<Vec<u8>> = vectors
            .iter()
            .map(|hex| (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect())
            .collect();
        let hex = |hash: Hash| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(hex(root(&[])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex(root(&leaves(&bytes[..1]))), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(hex(root(&leaves(&bytes))), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }

    proptest! {
        #[test]
        fn the_compact_range_gives_the_root_of_the_definition(entries in entries()) {
            let mut range = Range::default();
            for (at, entry) in entries.iter().enumerate() {
                range.append(leaf(entry));
                prop_assert_eq!(range.root(), mth(&entries[..=at]));
                let kept = Range::from_nodes(range.size(), &range.nodes());
                prop_assert_eq!(kept.as_ref(), Some(&range));
            }
        }

        #[test]
        fn an_inclusion_proof_is_that_of_the_definition_and_holds(entries in entries(), pick: prop::sample::Index) {
            let (leaves, index) = (leaves(&entries), pick.index(entries.len()));
            let proof = prove_inclusion(&leaves, index).unwrap();
            prop_assert_eq!(&proof, &path(index, &entries));
            let (at, size, root) = (index as u64, entries.len() as u64, mth(&entries));
            prop_assert!(includes(&leaves[index], at, size, &proof, &root));
        }

        #[test]
        fn an_inclusion_proof_holds_for_nothing_else(entries in entries(), pick: prop::sample::Index, byte in 0usize..32, bit in 0u8..8) {
            let (leaves, index) = (leaves(&entries), pick.index(entries.len()));
            let mut proof = prove_inclusion(&leaves, index).unwrap();
            let (at, size, root) = (index as u64, entries.len() as u64, mth(&entries));
            let mut other = leaves[index];
            other[byte] ^= 1 << bit;
            prop_assert!(!includes(&other, at, size, &proof, &root));
            prop_assert!(!includes(&leaves[index], size, size, &proof, &root));
            let mut longer = proof.clone();
            longer.push([0; 32]);
            prop_assert!(!includes(&leaves[index], at, size, &longer, &root));
            if let Some(step) = proof.first_mut() {
                step[byte] ^= 1 << bit;
                prop_assert!(!includes(&leaves[index], at, size, &proof, &root));
                prop_assert!(!includes(&leaves[index], at, size, &proof[1..], &root));
            }
        }

        #[test]
        fn a_consistency_proof_is_that_of_the_definition_and_holds(entries in entries(), pick: prop::sample::Index) {
            let (leaves, old) = (leaves(&entries), pick.index(entries.len()) + 1);
            let proof = prove_consistency(&leaves, old).unwrap();
            prop_assert_eq!(&proof, &subproof(old, &entries, true));
            let (m, n) = (old as u64, entries.len() as u64);
            prop_assert!(extends(m, n, &mth(&entries[..old]), &mth(&entries), &proof));
        }

        #[test]
        fn a_changed_past_has_no_consistency_proof(entries in entries(), pick: prop::sample::Index, hit: prop::sample::Index) {
            let old = pick.index(entries.len()) + 1;
            let mut forged = entries.clone();
            forged[hit.index(old)].push(7);
            let proof = prove_consistency(&leaves(&forged), old).unwrap();
            prop_assert!(!extends(old as u64, entries.len() as u64, &mth(&entries[..old]), &mth(&forged), &proof));
        }
    }
}
