# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/dev/graft/train/targets.json: what transformers makes of several labels a text, and of numbers.

    python targets_golden.py ../../../../pipeline-core/src/test/resources/tiny-bert > ../resources/dev/graft/train/targets.json

BertForSequenceClassification on the tiny BERT, its pooler and head of sines: logits, the loss of a padded batch by problem_type, and
its gradients; and scikit-learn's and SciPy's figures of numbers written here.
"""
import json
import math
import sys

import numpy
import scipy.stats
import sklearn.metrics
import torch
import transformers

ROWS = [[2, 17, 33, 5, 3], [2, 90, 3], [2, 44, 45, 46, 47, 48, 200, 3], [2, 120, 7, 3]]
TARGETS = {"multi_label_classification": [[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]], "regression": [[1.5], [-2], [0.25], [40]]}
SHOWN = 24


def sines(parameter, scale):
    values = [scale * math.sin(1 + i) for i in range(parameter.numel())]
    return torch.tensor(values).reshape(parameter.shape)


def model(folder, problem, targets):
    made = transformers.BertForSequenceClassification.from_pretrained(
        folder, num_labels=len(targets[0]), problem_type=problem, dtype=torch.float32).eval()
    with torch.no_grad():
        for part, scale in [(made.bert.pooler.dense, 0.3), (made.classifier, 0.5)]:
            part.weight.copy_(sines(part.weight, scale))
            part.bias.copy_(sines(part.bias, scale))
    return made


def learnt(folder, problem, targets):
    made = model(folder, problem, targets)
    longest = max(map(len, ROWS))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in ROWS])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ROWS])
    expected = torch.tensor(targets, dtype=torch.float32)
    out = made(input_ids=ids, attention_mask=mask, labels=expected[:, 0] if problem == "regression" else expected)
    out.loss.backward()
    named = dict(made.named_parameters())
    names = ["classifier.weight", "classifier.bias", "bert.pooler.dense.weight", "bert.encoder.layer.0.attention.self.query.weight",
             "bert.encoder.layer.1.output.dense.bias"]
    return {"rows": ROWS, "targets": targets, "logits": out.logits.tolist(), "loss": out.loss.item(),
            "gradients": {name: named[name].grad.flatten()[:SHOWN].tolist() for name in names}}


def figures():
    draw = numpy.random.default_rng(7)
    expected, predicted = (draw.random((40, 5)) < 0.3).astype(int), (draw.random((40, 5)) < 0.4).astype(int)
    expected[:, 4] = predicted[:, 4] = 0
    kept = [label for label in range(5) if expected[:, label].any() or predicted[:, label].any()]
    f1 = sklearn.metrics.f1_score
    return {"expected": expected.tolist(), "predicted": predicted.tolist(),
            "micro": f1(expected, predicted, average="micro"),
            "macro": f1(expected, predicted, labels=kept, average="macro", zero_division=0),
            "exact": sklearn.metrics.accuracy_score(expected, predicted)}


def main():
    made = {problem: learnt(sys.argv[1], problem, targets) for problem, targets in TARGETS.items()}
    for problem in made.values():
        if len(problem["targets"][0]) == 1:
            given, expected = numpy.array(problem["logits"])[:, 0], numpy.array(problem["targets"])[:, 0]
            problem["pearson"] = scipy.stats.pearsonr(expected, given).statistic
            problem["spearman"] = scipy.stats.spearmanr(expected, given).statistic
    made["figures"] = figures()
    made["made-by"] = "transformers %s, torch %s" % (transformers.__version__, torch.__version__)
    json.dump(made, sys.stdout)
    print()


main()
