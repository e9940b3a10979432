"""The answer to a train in one sentence: what to add, what the glass asks, how far it is off."""

from rigd.view.train import ImpossibleTrain, StackReport, TrainReport, TrainTarget, UnspacedTrain


def train_sentence(report: TrainReport) -> str:
    """Return what a person does at the bench: `Add 16.5 + 21 mm; 0.7 mm for the glass; exact.`.

    Lengths are in the order in which they stand, from the telescope to the camera. Where no stack
    is good enough, the sentence says why, or how long the rest is.
    """
    if isinstance(report, UnspacedTrain):
        served = report.any_length
        return _ended(report.words[0] if served is None else served.words)
    if isinstance(report, ImpossibleTrain):
        impossible = report.impossible
        return _ended(impossible.alone or impossible.reason)
    if not report.stacks:
        return "No stack of spacers is known."
    return stack_sentence(report.target, report.stacks[0])


def stack_sentence(target: TrainTarget, stack: StackReport) -> str:
    """The same of one stack."""
    added = [
        f"{part.optical_length_mm:g}"
        for part in stack.parts
        if not part.device and part.optical_length_mm is not None
    ]
    said = [f"add {' + '.join(added)} mm" if added else "add nothing"]
    if stack.adjuster_setting_mm is not None:
        said.append(f"set the adjuster to {stack.adjuster_setting_mm:g} mm")
    glass_mm = target.glass_mm if target.uncounted_glass_mm is None else target.uncounted_glass_mm
    if glass_mm:
        said.append(f"{glass_mm:.2g} mm for the glass")
    said.append(stack.verdict)
    return _ended("; ".join(said))


def _ended(words: str) -> str:
    words = words[:1].upper() + words[1:]
    return words if words.endswith((".", "?", "!")) else f"{words}."
