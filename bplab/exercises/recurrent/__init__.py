"""Chapter 8: recurrent networks."""

from bplab.exercises.recurrent import (  # noqa: F401
    clipped_on_the_way,
    gates_in_a_walk,
    steps_given,
)
from bplab.exercises.recurrent.lstm_backward import lstm_backward
from bplab.exercises.recurrent.lstm_forward import lstm_forward
from bplab.exercises.recurrent.lstm_step_backward import lstm_step_backward
from bplab.exercises.recurrent.lstm_step_forward import lstm_step_forward
from bplab.exercises.recurrent.masked_cross_entropy import masked_cross_entropy
from bplab.exercises.recurrent.rnn_backward import rnn_backward
from bplab.exercises.recurrent.rnn_forward import rnn_forward
from bplab.exercises.recurrent.rnn_step_backward import rnn_step_backward
from bplab.exercises.recurrent.rnn_step_forward import rnn_step_forward
from bplab.exercises.recurrent.settle import settle
from bplab.exercises.recurrent.settle_backward import settle_backward
from bplab.exercises.recurrent.truncated_rnn_backward import truncated_rnn_backward

EXERCISES = (
    rnn_step_forward,
    rnn_step_backward,
    rnn_forward,
    rnn_backward,
    masked_cross_entropy,
    truncated_rnn_backward,
    lstm_step_forward,
    lstm_step_backward,
    lstm_forward,
    lstm_backward,
    settle,
    settle_backward,
)
