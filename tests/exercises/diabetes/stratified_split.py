"""stratified_split: what must pass, and what must be told."""

import numpy as np

from bplab import nn
from bplab.nn import split_indices


def split_by_floor(y, fractions, rng):
    train, val, test = [], [], []
    for label in np.unique(y):
        members = rng.permutation(np.where(y == label)[0])
        a = int(fractions[0] * len(members))
        b = a + int(fractions[1] * len(members))
        train += list(members[:a])
        val += list(members[a:b])
        test += list(members[b:])
    return train, val, test


def split_without_mixing(y, fractions, rng):
    parts = []
    for label in (0, 1):
        members = np.flatnonzero(y == label)
        rng.shuffle(members)
        cuts = np.round(np.cumsum(fractions[:2]) * len(members)).astype(int)
        parts.append(np.split(members, cuts))
    return [np.concatenate(pair) for pair in zip(*parts, strict=True)]


def split_by_random_keys(y, fractions, rng):
    parts = [[], [], []]
    for label in (1, 0):
        members = sorted(np.flatnonzero(y == label), key=lambda _: rng.random())
        test, validation = (round(f * len(members)) for f in (fractions[2], fractions[1]))
        parts[2] += members[:test]
        parts[1] += members[test : test + validation]
        parts[0] += members[test + validation :]
    return [np.sort(part) for part in parts]


def stratify(shuffle, join=lambda part: part):
    def stratified_split(y, fractions, rng):
        parts = [[], [], []]
        for label in (0, 1):
            members = shuffle(np.flatnonzero(y == label), label, rng)
            cuts = np.rint(np.cumsum(fractions)[:2] * len(members)).astype(int)
            for part, piece in zip(parts, np.split(members, cuts), strict=True):
                part.extend(piece)
        return [join(np.array(part)) for part in parts]

    return stratified_split


def plain_stratified_split(y, fractions, rng):
    parts = [[], [], []]
    for c in np.unique(y):
        idx = rng.permutation(np.where(y == c)[0])
        a = int(round(fractions[0] * len(idx)))
        b = int(round((fractions[0] + fractions[1]) * len(idx)))
        for part, piece in zip(parts, (idx[:a], idx[a:b], idx[b:]), strict=False):
            part.append(piece)
    return tuple(np.concatenate(p) for p in parts)


def shuffled_after_lists(y, fractions, rng):
    parts = [[], [], []]
    for c in np.unique(y):
        idx = rng.permutation(np.where(y == c)[0])
        a = int(round(fractions[0] * len(idx)))
        b = int(round((fractions[0] + fractions[1]) * len(idx)))
        for part, piece in zip(parts, (idx[:a], idx[a:b], idx[b:]), strict=False):
            part.append(piece)
    out = [np.concatenate(p) for p in parts]
    for o in out:
        rng.shuffle(o)
    return out


def with_split_indices(y, fractions, rng):
    pos, neg = (np.flatnonzero(y == 1), np.flatnonzero(y == 0))
    a, b = (split_indices(len(pos), fractions, rng), split_indices(len(neg), fractions, rng))
    return tuple((np.concatenate([pos[i], neg[j]]) for i, j in zip(a, b, strict=False)))


def n_len_y(y, fractions, rng):
    parts = [[], [], []]
    for c in np.unique(y):
        idx = rng.permutation(np.where(y == c)[0])
        a = int(round(fractions[0] * len(y)))
        b = int(round((fractions[0] + fractions[1]) * len(y)))
        for part, piece in zip(parts, (idx[:a], idx[a:b], idx[b:]), strict=False):
            part.append(piece)
    return tuple(np.concatenate(p) for p in parts)


def floors(y, fractions, rng):
    parts = [[], [], []]
    for c in (0, 1):
        idx = rng.permutation(np.where(y == c)[0])
        a = int(fractions[0] * len(idx))
        b = a + int(fractions[1] * len(idx))
        parts[0].extend(idx[:a])
        parts[1].extend(idx[a:b])
        parts[2].extend(idx[b:])
    return tuple(np.array(p) for p in parts)


def argwhere(y, fractions, rng):
    parts = [[], [], []]
    for c in np.unique(y):
        idx = rng.permutation(np.argwhere(y == c))
        a = int(round(fractions[0] * len(idx)))
        b = int(round((fractions[0] + fractions[1]) * len(idx)))
        for part, piece in zip(parts, (idx[:a], idx[a:b], idx[b:]), strict=False):
            part.append(piece)
    return tuple(np.concatenate(p) for p in parts)


def where_no_0(y, fractions, rng):
    parts = [[], [], []]
    for c in np.unique(y):
        idx = rng.permutation(np.where(y == c))
        a = int(round(fractions[0] * len(idx)))
        b = int(round((fractions[0] + fractions[1]) * len(idx)))
        for part, piece in zip(parts, (idx[:a], idx[a:b], idx[b:]), strict=False):
            part.append(piece)
    return tuple(np.concatenate(p) for p in parts)


def only_permute_at_end(y, fractions, rng):
    parts = [[], [], []]
    for c in np.unique(y):
        idx = np.where(y == c)[0]
        a = int(round(fractions[0] * len(idx)))
        b = int(round((fractions[0] + fractions[1]) * len(idx)))
        for part, piece in zip(parts, (idx[:a], idx[a:b], idx[b:]), strict=False):
            part.append(piece)
    return tuple(rng.permutation(np.concatenate(p)) for p in parts)


def labels_returned(y, fractions, rng):
    parts = [[], [], []]
    for c in np.unique(y):
        idx = rng.permutation(np.where(y == c)[0])
        a = int(round(fractions[0] * len(idx)))
        b = int(round((fractions[0] + fractions[1]) * len(idx)))
        for part, piece in zip(parts, (idx[:a], idx[a:b], idx[b:]), strict=False):
            part.append(piece)
    return tuple(y[np.concatenate(p)] for p in parts)


ACCEPTED = [
    split_by_random_keys,
    split_without_mixing,
    plain_stratified_split,
    shuffled_after_lists,
    with_split_indices,
]


def by_masks(y, fractions, rng):
    return tuple(
        np.isin(np.arange(len(y)), part) for part in nn.stratified_split(y, fractions, rng)
    )


TOLD = [
    (split_by_floor, "rounded-down"),
    (
        stratify(lambda members, label, rng: rng.permutation(members) if label else members),
        "same people of one class",
    ),
    (
        lambda y, fractions, rng: nn.stratified_split(y, (0.7, 0.15, 0.15), rng),
        "The shares ask for",
    ),
    (
        lambda y, fractions, rng: [[p[:5], p[5:]] for p in nn.stratified_split(y, fractions, rng)],
        "lists of pieces",
    ),
    (lambda y, fractions, rng: nn.stratified_split(y, fractions, rng)[::-1], "First train"),
    (n_len_y, "cut-by-all"),
    (floors, "rounded-down"),
    (argwhere, "not-a-row"),
    (where_no_0, "raised"),
    (only_permute_at_end, "not-shuffled"),
    (labels_returned, "labels-for-indices"),
    (by_masks, "true and false"),
]
