"""The whole pipeline: from patients to a function that predicts."""

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.diabetes import classifier_bars
from bplab.exercises.diabetes.wrong_pipelines import WRONG

train_classifier = Exercise(
    "train_classifier",
    "06_diabetes_classifier",
    nn.train_classifier,
    returns="predict",
    points=6,
    driver="classifier",
    repeat=False,
    seconds=60.0,
    costly=True,
    achieved="The whole pipeline is yours: split, scale, train, stop, and reach the bar on new "
    "patients.",
)


train_classifier.paper(classifier_bars.cases)


train_classifier.judge(classifier_bars.judge)


for wrong in WRONG.values():
    train_classifier.mistake(wrong.slug, wrong.observed, wrong.look, wrong.derive)(wrong.ways[0])
