"""dropout_forward: what must pass, and what must be told."""

import numpy as np


def dropout_with_bool_mask(A, keep_prob, rng, train=True):
    if train:
        mask = rng.random(A.shape) < keep_prob
        return np.where(mask, A / keep_prob, 0.0), mask
    return A, np.ones_like(A, dtype=bool)


def dropout_with_int_mask(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones(A.shape, dtype=int)
    mask = (rng.random(size=A.shape) < keep_prob).astype(int)
    out = A * mask
    out /= keep_prob
    return [out, mask]


def dropout_by_index(A, keep_prob, rng, train=True):
    mask = np.ones(A.shape)
    if train:
        mask[rng.random(A.shape) >= keep_prob] = 0
    return A * mask / (keep_prob if train else 1), mask


def dropout_one_by_one(A, keep_prob, rng, train=True):
    keep = keep_prob if train else 1.0
    mask = np.array([[rng.random() < keep for _ in row] for row in A], dtype=float)
    return A * mask / keep, mask


def drop(draw, out=lambda A, mask, keep: A * mask / keep, test=None):
    def dropout_forward(A, keep_prob, rng, train=True):
        if not train:
            return test(A, keep_prob) if test else (A, np.ones(A.shape))
        mask = draw(A, keep_prob, rng)
        return out(A, mask, keep_prob), mask

    return dropout_forward


def fair(A, keep, rng):
    return rng.random(A.shape) < keep


def plain_dropout_forward(A, keep_prob, rng, train=True):
    if not train:
        return (A, np.ones_like(A))
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return (A * mask / keep_prob, mask)


def bool_mask(A, keep_prob, rng, train=True):
    if not train:
        return (A, np.ones_like(A))
    mask = rng.random(A.shape) < keep_prob
    return (A * mask / keep_prob, mask)


def int_mask(A, keep_prob, rng, train=True):
    if not train:
        return (A, np.ones_like(A))
    mask = (rng.random(A.shape) < keep_prob).astype(int)
    return (A * mask / keep_prob, mask)


def where(A, keep_prob, rng, train=True):
    if train:
        mask = np.where(rng.random(A.shape) < keep_prob, 1.0, 0.0)
        out = np.where(mask == 1, A / keep_prob, 0)
    else:
        mask = np.ones(A.shape)
        out = A.copy()
    return (out, mask)


def a_none_at_test(A, keep_prob, rng, train=True):
    if not train:
        return (A, None)
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return (A * mask / keep_prob, mask)


def a_only_at_test(A, keep_prob, rng, train=True):
    if not train:
        return A
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return (A * mask / keep_prob, mask)


def zeros_mask_at_test(A, keep_prob, rng, train=True):
    if not train:
        return (A, np.zeros_like(A))
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return (A * mask / keep_prob, mask)


def is_fine(A, keep_prob, rng, train=True):
    if not train:
        return (A, np.ones_like(A))
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return (A * mask / (1 - keep_prob), mask)


def keep(A, keep_prob, rng, train=True):
    if not train:
        return (A, np.ones_like(A))
    mask = (rng.random(A.shape) > keep_prob).astype(float)
    return (A * mask / keep_prob, mask)


def inverted_mask_returned(A, keep_prob, rng, train=True):
    if not train:
        return (A, np.ones_like(A))
    mask = (rng.random(A.shape) < keep_prob) / keep_prob
    return (A * mask, mask)


def in_place(A, keep_prob, rng, train=True):
    if not train:
        return (A, np.ones_like(A))
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    A *= mask
    A /= keep_prob
    return (A, mask)


def no_train_arg(A, keep_prob, rng):
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return (A * mask / keep_prob, mask)


def rng_rand(A, keep_prob, rng, train=True):
    if not train:
        return (A, np.ones_like(A))
    mask = (rng.rand(*A.shape) < keep_prob).astype(float)
    return (A * mask / keep_prob, mask)


def shape_swapped(A, keep_prob, rng, train=True):
    if not train:
        return (A, np.ones_like(A))
    mask = (rng.random((A.shape[0], 1)) < keep_prob).astype(float)
    return (A * mask / keep_prob, mask)


def test_multiplies_keep(A, keep_prob, rng, train=True):
    if not train:
        return (A * keep_prob, np.ones_like(A))
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return (A * mask / keep_prob, mask)


ACCEPTED = [
    dropout_one_by_one,
    dropout_with_bool_mask,
    dropout_with_int_mask,
    dropout_by_index,
    plain_dropout_forward,
    bool_mask,
    int_mask,
    where,
]


def down_the_columns(A, keep_prob, rng, train=True):
    mask = np.ones(A.shape)
    for j in range(A.shape[1] * train):
        mask[:, j] = [rng.random() < keep_prob for _ in range(len(A))]
    return A * mask / (keep_prob if train else 1), mask


def over_the_share_kept(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    mask = rng.random(A.shape) < keep_prob
    return A * mask / mask.mean(), mask


TOLD = [
    (drop(lambda A, keep, rng: rng.random(A.shape) > 1 - keep), "mask"),
    (
        drop(fair, test=lambda A, keep: (A / keep, np.ones(A.shape))),
        "A / keep_prob",
        "only where train is False",
    ),
    (drop(fair, lambda A, mask, keep: A * mask * keep), "keep_prob**2"),
    (lambda A, keep_prob, rng, train=True: (A, np.ones(A.shape)), "mask is 1"),
    (a_none_at_test, "no-mask-at-test-time"),
    (a_only_at_test, "wrong-type"),
    (zeros_mask_at_test, "nobody-at-test-time"),
    (is_fine, "scaled-by-dropped"),
    (keep, "mask-inverted"),
    (inverted_mask_returned, "mask-scaled"),
    (in_place, "changed-arguments"),
    (no_train_arg, "wrong-arguments"),
    (rng_rand, "raised"),
    (shape_swapped, "wrong-shape"),
    (test_multiplies_keep, "scaled-at-test-time"),
    (down_the_columns, "drawn-down-the-columns"),
    (
        drop(
            fair,
            out=lambda A, mask, keep: A * mask / (1 - keep),
            test=lambda A, keep: (A, np.zeros(A.shape)),
        ),
        "nobody-at-test-time",
        "out is off too",
    ),
    (
        drop(
            fair,
            out=lambda A, mask, keep: A * mask * keep,
            test=lambda A, keep: (A, np.zeros(A.shape)),
        ),
        "With train=False your mask is all zeros",
    ),
    (over_the_share_kept, "scaled-by-the-share-kept"),
]
