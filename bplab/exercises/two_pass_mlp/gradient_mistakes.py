"""A mistake of the backward pass, and of the step that goes along its gradients."""

from bplab.exercises.two_pass_mlp.backward_walks import step_along
from bplab.exercises.two_pass_mlp.mlp_backward import mlp_backward
from bplab.exercises.two_pass_mlp.train_step import train_step


def gradient_mistake(name, observed, look, derive, step=True):
    """Decorator: a mistake of mlp_backward, and of the train_step that goes along its gradients."""

    def register(solution):
        mlp_backward.mistake(name, observed, look, derive)(solution)
        if step:

            def stepping(X, y, params, learning_rate, kind="tanh"):
                return step_along(X, y, params, learning_rate, kind, solution)

            told = f"Your step goes along gradients with a mistake in them. {observed}"
            train_step.mistake(name, told, look, derive)(stepping)
        return solution

    return register
