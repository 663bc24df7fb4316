"""What holds for the whole of bplab.nn: nothing is changed, nothing loads early, errors speak."""

import ast
import copy
import inspect
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import bplab.nn
from bplab import data, nn

HOME = Path(bplab.nn.__file__).parent
PRESENT = [module for module in nn.MODULES if (HOME / f"{module}.py").exists()]


def calls():
    """One call of every function: name -> arguments."""
    rng = np.random.default_rng(11)
    X, y, yf = rng.normal(size=(7, 3)), rng.integers(0, 2, 7), rng.integers(0, 2, 7) * 1.0
    y[:2] = 0, 1
    w, b, p, z = rng.normal(size=3), 0.3, rng.uniform(0.1, 0.9, 7), rng.normal(size=7)
    Z, dZ = rng.normal(size=(7, 4)), rng.normal(size=(7, 4))
    W, b4 = rng.normal(size=(3, 4)), rng.normal(size=4)
    params = nn.init_params((3, 4, 2), rng)
    P, cache = nn.mlp_forward(X, params)
    flat, grads = nn.flatten(params), [rng.normal(size=t.shape) for t in nn.flatten(params)]
    unit = [W for W, _ in params], [b for _, b in params]
    _, bn_cache = nn.batchnorm_forward(Z, b4, b4)
    state = {"v": grads, "m": grads, "s": [g**2 for g in grads], "t": 3}
    state["v"] = state["s"]
    thirds = (0.5, 0.25, 0.25)
    square = rng.normal(size=(4, 4))
    over_time, labels = rng.normal(size=(7, 5, 3)), rng.integers(0, 4, (7, 5))
    states = nn.rnn_forward(over_time, Z, W, square, b4)
    gated = rng.normal(size=(3, 16)), rng.normal(size=(4, 16)), rng.normal(size=16)
    scaler = nn.fit_scaler(X)
    model = {"params": params, "scaler": scaler, "kind": "tanh"}
    theta = rng.normal(size=(4, 2))
    images, filters = rng.normal(size=(2, 3, 4, 6)), rng.normal(size=(4, 3, 3, 3))
    conv_net = nn.init_conv_net((3, 4, 6), 4, 3, 2, rng)
    conv_P, conv_cache = nn.conv_net_forward(images, conv_net)
    return {
        "linear_neuron_step": (2.0, 0.5, 4.0, 0.1),
        "sigmoid": (z,),
        "neuron_forward": (X, w, b),
        "mse_loss": (p, yf),
        "bce_loss": (p, yf),
        "neuron_backward": (X, p, yf),
        "gradient_step": (w, b, w, b, 0.1),
        "train_neuron": (X, yf, 0.1, 3),
        "sigmoid_grad": (z,),
        "tanh_grad": (z,),
        "relu_grad": (z,),
        "two_neuron_forward": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
        "two_neuron_backward": (0.1, 0.2, 0.3, 0.5, nn.two_neuron_forward(*[0.1] * 6)),
        "numerical_gradient": (np.sum, X),
        "relative_error": (X, -X),
        "gradient_check": (np.sum, np.ones_like, X),
        "linear_forward": (X, W, b4),
        "linear_backward": (dZ, X, W),
        "relu": (Z,),
        "activation_forward": (Z, "relu"),
        "activation_backward": (dZ, Z, "relu"),
        "softmax": (Z,),
        "cross_entropy": (P, y),
        "softmax_cross_entropy_backward": (P, y),
        "init_params": ((3, 4, 2), rng),
        "mlp_forward": (X, params),
        "mlp_backward": (P, y, cache, params),
        "train_step": (X, y, params, 0.1),
        "per_unit_update": (X[0], P[0], *unit, 0.1),
        "epoch_update": (X, P, *unit, 0.1),
        "train_until": (X, y, params, 0.1, 3, 0, 0),
        "largest_change": (params, params),
        "misclassified_share": (X, y, params),
        "minibatches": (7, 3, rng),
        "sgd_step": (flat, grads, {}, 0.1),
        "momentum_step": (flat, grads, state, 0.1),
        "rmsprop_step": (flat, grads, state, 0.1),
        "adam_step": (flat, grads, state, 0.1),
        "as_one_vector": (nn.adam_step,),
        "clip_by_global_norm": (grads, 0.1),
        "inverse_time_rate": (0.1, 3),
        "fit_minibatch": (X, y, params, nn.adam_step, 0.1, 3, 2, rng),
        "flatten": (params,),
        "pair_up": (flat,),
        "anneal_accept": (0.1, 1.0, 0.5),
        "l2_penalty": (params, 0.1),
        "l2_gradients": (params, 0.1),
        "dropout_forward": (Z, 0.5, rng),
        "dropout_backward": (dZ, np.ones((7, 4)), 0.5),
        "batchnorm_forward": (Z, b4, b4),
        "batchnorm_backward": (dZ, bn_cache, b4),
        "split_indices": (20, thirds, rng),
        "check_fractions": (thirds,),
        "regularized_gradients": (P, y, cache, params, 0.1),
        "stratified_split": (y, thirds, rng),
        "fit_scaler": (X,),
        "apply_scaler": (X, scaler),
        "confusion_counts": (y, p),
        "roc_auc": (y, p),
        "choose_threshold": (y, p, 0.5),
        "check_model": (model,),
        "predict_patient": (model, 50.0, 30.0, 120.0),
        "signal_by_layer": (X, params, "tanh"),
        "blame_by_layer": (P, y, cache, params, "tanh"),
        "xavier_init": (3, 4, rng),
        "he_init": (3, 4, rng),
        "leaky_relu_forward": (Z,),
        "leaky_relu_backward": (dZ, Z),
        "running_update": ((b4, b4**2), Z),
        "batchnorm_predict": (Z, b4, b4, (b4, b4**2)),
        "conv_output_side": (7, 3, 2, 1),
        "discounted_returns": (p, 0.9),
        "standardize": (p,),
        "policy": (theta, Z),
        "sample_actions": (nn.policy(theta, Z), rng),
        "log_policy_gradient": (theta, Z[0], 1),
        "policy_gradient": (theta, Z, y, p),
        "run_episode": (data.CartPole(limit=20), theta, rng),
        "train_policy": (data.CartPole(limit=3), rng),
        "im2col": (images, 3, 1, 1),
        "col2im": (rng.normal(size=(2 * 24, 27)), images.shape, 3, 1, 1),
        "unfolded": (images, 3, 1, 1),
        "folded": (rng.normal(size=(2, 27, 24)), images.shape, 3, 1, 1),
        "conv_forward": (images, filters, b4, 1, 1),
        "conv_backward": (rng.normal(size=(2, 4, 4, 6)), images, filters, 1, 1),
        "max_pool_forward": (images, 2),
        "max_pool_backward": (rng.normal(size=(2, 3, 2, 3)), images, 2),
        "init_conv_net": ((3, 4, 6), 4, 3, 2, rng),
        "conv_net_forward": (images, conv_net),
        "conv_net_backward": (conv_P, np.array([0, 1]), conv_cache, conv_net),
        "shift_images": (images, 1, -1),
        "train_digits": (rng.random((3, 1, 8, 8)), np.array([0, 3, 9]), rng),
        "layernorm_forward": (Z, b4, b4),
        "unbroadcast": (Z, (4,)),
        "jacobian": (lambda x: x * x, w),
        "directional_derivative": (lambda x: x * x, w, w),
        "layernorm_backward": (dZ, nn.layernorm_forward(Z, b4, b4)[1], b4),
        "residual_forward": (Z, square, b4, "tanh"),
        "residual_backward": (dZ, Z, Z, square, "tanh"),
        "rnn_step_forward": (X, Z, W, square, b4),
        "rnn_step_backward": (dZ, X, Z, np.tanh(Z), W, square),
        "rnn_forward": (over_time, Z, W, square, b4),
        "rnn_backward": (states, over_time, Z, states, W, square),
        "truncated_rnn_backward": (states, over_time, Z, states, W, square, 2),
        "masked_cross_entropy": (states, labels, np.ones((7, 5))),
        "lstm_step_forward": (X, Z, Z, *gated),
        "lstm_step_backward": (dZ, dZ, X, Z, Z, *gated),
        "lstm_forward": (over_time, Z, Z, *gated),
        "lstm_backward": (states, over_time, Z, Z, states, states, *gated),
        "settle": (X, square / 9, W, b4),
        "settle_backward": (dZ, np.tanh(Z), X, square / 9, W),
    }


CALLS = calls()
ELSEWHERE = {"Value", "EarlyStopping", "ACTIVATIONS", "save_model", "load_model"}
ELSEWHERE |= {"train_classifier", "train_network"}  # tested with the patients it is for


ELSEWHERE |= {"Tensor", "Dual", "mlp_loss"}  # made of classes: see test_tensors.py


def leaves(tree):
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        return [leaf for branch in tree for leaf in leaves(branch)]
    moves = isinstance(tree, (np.random.Generator, data.CartPole))  # made to be changed
    return [] if moves or callable(tree) else [tree]


def test_every_function_is_called_here_or_named_as_tested_elsewhere():
    assert set(CALLS) | ELSEWHERE >= set(nn.__all__)


@pytest.mark.parametrize("name", CALLS)
def test_arguments_stay_as_they_were(name):
    args = CALLS[name]
    before = copy.deepcopy(leaves(args))
    getattr(nn, name)(*args)
    for old, new in zip(before, leaves(args), strict=True):
        np.testing.assert_array_equal(old, new, strict=True)


@pytest.mark.parametrize("name", CALLS)
def test_fractional_results_are_float64(name):
    for leaf in leaves(getattr(nn, name)(*CALLS[name])):
        if np.asarray(leaf).dtype.kind == "f":
            assert np.asarray(leaf).dtype == np.float64


@pytest.mark.parametrize("name", ["sgd_step", "momentum_step", "rmsprop_step", "adam_step"])
def test_optimizers_share_no_memory_with_what_they_were_given(name):
    given = leaves(CALLS[name][:2])
    params, _ = getattr(nn, name)(*CALLS[name])
    assert not any(np.shares_memory(new, old) for new in params for old in given)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.activation_forward(np.ones(2), "selu"), "kind must be .* got 'selu'"),
        (lambda: nn.activation_backward(np.ones(2), np.ones(2), 3), "kind must be .* got 3"),
        (lambda: nn.minibatches(5, 0, None), "batch_size must be at least 1, got 0"),
        (lambda: nn.clip_by_global_norm([np.ones(2)], -1), "max_norm must be above 0, got -1"),
        (lambda: nn.inverse_time_rate(0.1, 0), "t counts from 1, got 0"),
        (lambda: nn.anneal_accept(1, 0, 0.5), "temperature must be above 0, got 0"),
        (lambda: nn.dropout_forward(np.ones(2), 1.2, None), r"in \(0, 1\], got 1.2"),
        (lambda: nn.dropout_backward(np.ones(2), np.ones(2), 0), r"in \(0, 1\], got 0"),
        (lambda: nn.split_indices(9, (0.5, 0.5), None), "three shares"),
        (lambda: nn.split_indices(9, (0.5, 0.8, -0.3), None), "none negative"),
        (lambda: nn.stratified_split(np.ones(9), (0.5, 0.3, 0.3), None), "sum 1.1"),
        (lambda: nn.EarlyStopping(0), "patience must be at least 1, got 0"),
        (lambda: nn.roc_auc(np.ones(3), np.ones(3)), "both classes"),
        (lambda: nn.choose_threshold(np.zeros(3), np.ones(3), 0.9), "y = 1"),
        (lambda: nn.choose_threshold(np.ones(3), np.ones(3), 90), r"\[0, 1\], got 90"),
    ],
)
def test_errors_say_what_was_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_names_are_functions_and_no_module_bears_one():
    names = [name for _, names in nn.MODULES.values() for name in names]
    assert len(names) == len(set(names))
    assert not {name.lower() for name in names if name != "Value"} & set(nn.MODULES)
    for name in nn.__all__:
        assert not inspect.ismodule(getattr(nn, name))


def test_every_public_name_is_in_the_table_and_documented():
    for module in PRESENT:
        loaded = getattr(nn, module)
        public = {
            name
            for name, thing in vars(loaded).items()
            if callable(thing)
            and getattr(thing, "__module__", None) == loaded.__name__
            and not name.startswith("_")
        }
        assert public == {n for n in nn.MODULES[module][1] if callable(getattr(nn, n))}
        assert loaded.__doc__ and all(getattr(loaded, name).__doc__ for name in public)


def test_every_file_is_in_the_table():
    assert {path.stem for path in HOME.glob("*.py")} - {"__init__"} <= set(nn.MODULES)


@pytest.mark.parametrize("module", PRESENT)
def test_files_lean_on_numpy_and_on_what_was_taught_before(module):
    order = list(nn.MODULES)
    for node in ast.walk(ast.parse((HOME / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            sources = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            sources = [node.module]
        else:
            continue
        for source in sources:
            if source.startswith("bplab"):
                earlier = order.index(source.removeprefix("bplab.nn."))
                assert nn.MODULES[order[earlier]][0] <= nn.MODULES[module][0]
            else:
                assert source.split(".")[0] in {"numpy", *sys.stdlib_module_names}


def test_importing_it_loads_nothing_and_takes_a_moment():
    code = """
import numpy, sys, time
import bplab
start = time.process_time()
import bplab.nn
took = time.process_time() - start
assert not [m for m in sys.modules if m.startswith("bplab.nn.")], sys.modules
assert took < 0.03, took
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_chapter_being_graded_says_so_and_earlier_ones_serve(tmp_path):
    package = tmp_path / "bplab" / "nn"
    package.mkdir(parents=True)
    (tmp_path / "bplab" / "__init__.py").touch()
    shutil.copy(HOME / "__init__.py", package)
    for module in PRESENT:
        if nn.MODULES[module][0] < "03_two_pass_mlp":
            shutil.copy(HOME / f"{module}.py", package)
    code = """
import bplab.nn as nn
from bplab.nn import sigmoid, tanh_grad
from bplab.nn import *
assert Value and "softmax" not in dir(nn)
try:
    from bplab.nn import softmax
except ImportError as error:
    print(error)
try:
    nn.nonsense
except AttributeError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    graded, unknown = done.stdout.splitlines()
    assert graded.startswith("bplab.nn.softmax is part of 03_two_pass_mlp, which is being graded")
    assert graded.endswith("use your own.")
    assert "nonsense" in unknown
