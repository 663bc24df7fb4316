"""A reader of digits, shifted ones too."""

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.convolution import digit_bars
from bplab.exercises.convolution.images import CHAPTER
from bplab.exercises.convolution.wrong_readers import WRONG

train_digits = Exercise(
    "train_digits",
    CHAPTER,
    nn.train_digits,
    returns="predict",
    points=6,
    driver="digits",
    repeat=False,
    seconds=60.0,
    costly=True,
    achieved="Your own network reads digits it has never seen.",
)


train_digits.paper(digit_bars.cases)


train_digits.judge(digit_bars.judge)


for wrong in WRONG.values():
    train_digits.mistake(wrong.slug, wrong.observed, wrong.look, wrong.derive)(wrong.ways[0])
