"""``python -m training.findings`` fits the classifier on our labelled passages, train and dev, and writes weights and card.

Run it after every change of the bundled model, of the cues or of the labels. The test part is never looked at here.
"""

from collections import Counter

import numpy as np
from safetensors.numpy import save_file

from ingest.classifier import MADE_WITH, WEIGHTS, encoder
from service.domain.findings import FindingType
from training.findings.fit import examples_of, fit
from training.findings.labelled import TYPES, own, sentences

CARD = WEIGHTS.with_name("README.md")


def main() -> None:
    """Fit and write."""
    labelled = own("train", "dev")
    made = fit(examples_of(labelled), examples_of(sentences()))
    WEIGHTS.parent.mkdir(exist_ok=True)
    # Half precision: the logits differ in the third decimal.
    halves = {name: values.astype(np.float16) for name, values in made._asdict().items()}
    save_file(halves, str(WEIGHTS), {MADE_WITH: encoder().fingerprint})
    counts = Counter(kind for one in labelled for kind in one.types)
    CARD.write_text(_card(len(labelled), counts, [round(float(value), 2) for value in made.mix]), encoding="utf-8")


def _card(passages: int, counts: Counter[FindingType], mix: list[float]) -> str:
    rows = "\n".join(f"| {kind.value} | {counts[kind]} |" for kind in TYPES)
    return f"""# Classifier of findings

One logistic regression for each of eighteen types, over sentences and over passages, on the vectors of the bundled static
model (fingerprint `{encoder().fingerprint}`), on the words themselves and on the cues of
`service/domain/codes/finding_cues.csv`; two more sets tell level and polarity. It does not see headings. With another bundled
model it is not used; `python -m training.findings` fits it anew.

Fitted on {passages} invented passages, Swedish and English, written and labelled for this purpose
(`training/findings/passages.jsonl`, parts train and dev; guidelines beside it), and on {len(sentences())} single sentences.
The witnesses – sentence, passage, rules, heading – count {", ".join(map(str, mix))}.

Figures on the test part are in `bench/results/findings.json` (`python -m bench.findings`). What to keep in mind: the
passages are invented, few for the rarer types, and labelled by one person each; real reports are wordier. A type is a hint
to a reader, not a verdict.

| type | passages |
|---|---:|
{rows}
"""


if __name__ == "__main__":
    main()
