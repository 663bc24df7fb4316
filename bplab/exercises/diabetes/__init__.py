"""Chapter 6: the diabetes classifier, end to end."""

from bplab.exercises.diabetes.apply_scaler import apply_scaler
from bplab.exercises.diabetes.choose_threshold import choose_threshold
from bplab.exercises.diabetes.confusion_counts import confusion_counts
from bplab.exercises.diabetes.fit_scaler import fit_scaler
from bplab.exercises.diabetes.load_model import load_model
from bplab.exercises.diabetes.predict_patient import predict_patient
from bplab.exercises.diabetes.roc_auc import roc_auc
from bplab.exercises.diabetes.save_model import save_model
from bplab.exercises.diabetes.stratified_split import stratified_split
from bplab.exercises.diabetes.train_classifier import train_classifier

EXERCISES = (
    stratified_split,
    fit_scaler,
    apply_scaler,
    confusion_counts,
    roc_auc,
    train_classifier,
    choose_threshold,
    save_model,
    load_model,
    predict_patient,
)
