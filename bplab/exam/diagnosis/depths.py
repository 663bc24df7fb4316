"""A function that serves networks of one depth only."""

from bplab.exam.diagnosis.general import general
from bplab.exam.report import Fault


def only_one_depth(evidence):
    """Right wherever a list of layers has one length, and raising wherever it has another."""
    fault = evidence.general
    if fault is None or fault.name != "raised" or len(evidence.said) < len(evidence.paper.cases):
        return None
    for name, value in evidence.paper.cases[0].inputs.items():
        if type(value) not in (list, tuple) or "layers" not in evidence.exercise.role(name):
            continue
        served, not_served, wrong = set(), set(), set()
        for case, answer, leaves in zip(
            evidence.paper.cases, evidence.said, evidence.table, strict=False
        ):
            depth = len(case.inputs[name])
            if answer.get("value") is None:
                not_served.add(depth)
            elif leaves and all(leaf.right for leaf in leaves):
                served.add(depth)
            else:
                wrong.add(depth)
        if len(served) == 1 and not_served and not served & (not_served | wrong):
            [one], others = served, sorted(not_served)
            stops = "stops, or goes wrong" if others[0] in wrong else "stops"
            raised = general(evidence.exercise, fault)
            return Fault(
                "one-depth-only",
                f"With {one} layers in {name} you are right; with {others[0]} your function "
                f"{stops}. {raised.observed}",
                f"Where does your function ask how many layers {name} has?",
                f"A loop over {name} serves any depth: each layer takes what the one before it "
                "gave.",
            )
    return None
