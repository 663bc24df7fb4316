"""The gradient of loss plus penalty is gradient plus gradient."""

from bplab.nn.mlp import mlp_backward
from bplab.nn.weight_decay import l2_gradients


def regularized_gradients(P, y, cache, params, lam, kind="tanh"):
    """Gradients of mean cross-entropy plus lam / 2 * sum(W**2).

    Parameters
    ----------
    P, y, cache, params, kind
        As in `mlp_backward`.
    lam : float
        Strength of the penalty; not divided by N.

    Returns
    -------
    list of (dW, db), first layer first
    """
    data_grads = mlp_backward(P, y, cache, params, kind)
    return [
        (dW + dW_penalty, db + db_penalty)
        for (dW, db), (dW_penalty, db_penalty) in zip(
            data_grads, l2_gradients(params, lam), strict=True
        )
    ]
