"""A fifth round, chapter 8, the network that settles: before any run."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


@right("settle", "while True with a counter")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a, drive, n = np.zeros((x.shape[0], W.shape[0])), x @ U + b, 0
    while n < max_steps:
        new = np.tanh(a @ W + drive)
        n += 1
        if (np.abs(new - a) < tol).all():
            return new
        a = new
    return a


@wrong("settle", "the state before the last step comes back")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.zeros((len(x), len(W)))
    for _ in range(max_steps):
        new = np.tanh(a @ W + x @ U + b)
        if np.abs(new - a).max() < tol:
            break
        old, a = a, new
    return old


@wrong("settle", "unit after unit, new values used at once")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.zeros((len(x), len(W)))
    for _ in range(max_steps):
        before = a.copy()
        for j in range(len(W)):
            a[:, j] = np.tanh(a @ W[:, j] + x @ U[:, j] + b[j])
        if np.abs(a - before).max() < tol:
            break
    return a


@wrong("settle", "half a step each time (damped)")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.zeros((len(x), len(W)))
    for _ in range(max_steps):
        new = 0.5 * a + 0.5 * np.tanh(a @ W + x @ U + b)
        if np.abs(new - a).max() < tol:
            return new
        a = new
    return a


@wrong("settle", "a @ W.T, sender and receiver exchanged")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.zeros((len(x), len(W)))
    for _ in range(max_steps):
        a, old = np.tanh(a @ W.T + x @ U + b), a
        if np.abs(a - old).max() < tol:
            break
    return a


@right("settle_backward", "one linear system per example")
def _(da, a, x, W, U):
    H = W.shape[0]
    dz = np.empty_like(a)
    for n in range(len(a)):
        s = 1 - a[n] ** 2
        dz[n] = s * np.linalg.solve(np.eye(H) - W * s, da[n])
    return dz @ U.T, a.T @ dz, x.T @ dz, dz.sum(0)


@right("settle_backward", "powers added up until nothing is left")
def _(da, a, x, W, U):
    s = 1 - a * a
    term = da * s
    dz = term.copy()
    while np.abs(term).max() > 1e-16:
        term = term @ W.T * s
        dz += term
    return dz @ U.T, a.T @ dz, x.T @ dz, dz.sum(axis=0)


@wrong("settle_backward", "ordinary layer: one pass of the blame, no settling")
def _(da, a, x, W, U):
    dz = da * (1 - a**2)
    return dz @ U.T, a.T @ dz, x.T @ dz, dz.sum(axis=0)


@wrong("settle_backward", "W in place of W.T while it settles")
def _(da, a, x, W, U):
    s, e = 1 - a**2, da
    for _ in range(500):
        e = da + (e * s) @ W
    dz = e * s
    return dz @ U.T, a.T @ dz, x.T @ dz, dz.sum(axis=0)


@wrong("settle_backward", "one system for all, the slopes of the mean example")
def _(da, a, x, W, U):
    s = 1 - a**2
    M = np.eye(len(W)) - (W * s.mean(axis=0)).T
    dz = np.linalg.solve(M.T, da.T).T * s
    return dz @ U.T, a.T @ dz, x.T @ dz, dz.sum(axis=0)


@wrong("settle_backward", "I + instead of I - in the system")
def _(da, a, x, W, U):
    dz = np.empty_like(a)
    for n in range(len(a)):
        s = 1 - a[n] ** 2
        dz[n] = s * np.linalg.solve(np.eye(len(W)) + W * s, da[n])
    return dz @ U.T, a.T @ dz, x.T @ dz, dz.sum(axis=0)


@wrong("settle_backward", "the slope forgotten inside the sum over times")
def _(da, a, x, W, U):
    s, e = 1 - a**2, da
    for _ in range(500):
        e = da + e @ W.T
    dz = e * s
    return dz @ U.T, a.T @ dz, x.T @ dz, dz.sum(axis=0)


@wrong("settle_backward", "the settled e used without its slope for the weights")
def _(da, a, x, W, U):
    s, e = 1 - a**2, da
    for _ in range(500):
        e = da + (e * s) @ W.T
    return e @ U.T, a.T @ e, x.T @ e, e.sum(axis=0)
