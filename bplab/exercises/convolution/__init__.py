"""Chapter 9: the same few weights everywhere."""

from bplab.exercises.convolution import one_direction  # noqa: F401
from bplab.exercises.convolution.col2im import col2im
from bplab.exercises.convolution.conv_backward import conv_backward
from bplab.exercises.convolution.conv_forward import conv_forward
from bplab.exercises.convolution.conv_net_backward import conv_net_backward
from bplab.exercises.convolution.conv_net_forward import conv_net_forward
from bplab.exercises.convolution.conv_output_side import conv_output_side
from bplab.exercises.convolution.im2col import im2col
from bplab.exercises.convolution.max_pool_backward import max_pool_backward
from bplab.exercises.convolution.max_pool_forward import max_pool_forward
from bplab.exercises.convolution.train_digits import train_digits

EXERCISES = (
    conv_output_side,
    conv_forward,
    conv_backward,
    im2col,
    col2im,
    max_pool_forward,
    max_pool_backward,
    conv_net_forward,
    conv_net_backward,
    train_digits,
)
