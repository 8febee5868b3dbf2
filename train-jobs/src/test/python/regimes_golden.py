# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/dev/graft/train/regimes.json: consistency training, first-order MAML and Reptile in plain PyTorch.

    pip install torch transformers && python regimes_golden.py ../../../../pipeline-core/src/test/resources/tiny-bert \
        > ../resources/dev/graft/train/regimes.json

A tiny BERT all of which is trained, with a head of three classes on the mean of the tokens scaled to a length of 8.
"""
import copy
import json
import math
import sys

import torch
import transformers

CLASSES = 3


class Classifier(torch.nn.Module):
    def __init__(self, folder):
        super().__init__()
        self.bert = transformers.BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32)
        width = self.bert.config.hidden_size
        self.weight = torch.nn.Parameter(
            torch.tensor([[0.5 * math.sin(1 + c * width + h) for h in range(width)] for c in range(CLASSES)]))
        self.bias = torch.nn.Parameter(torch.tensor([0.1 * c for c in range(CLASSES)]))

    def forward(self, rows):
        states = []
        for ids in rows:
            hidden = self.bert(torch.tensor([ids])).last_hidden_state[0].mean(0)
            states.append(8 * hidden / hidden.norm())
        return torch.stack(states) @ self.weight.T + self.bias


def threshold(schedule, progress):
    released = {"exp": math.exp((progress - 1) * 5), "linear": progress, "log": 1 - math.exp(-progress * 5)}[schedule]
    return released * (1 - 1 / CLASSES) + 1 / CLASSES


def uda(model, labelled, twins, weight, temperature, confidence, schedule, progress):
    """As google-research/uda, text/uda.py: supervised loss over the rows left, the other over all."""
    logs = torch.log_softmax(model([ids for ids, _ in labelled]), -1)
    labels = torch.tensor([label for _, label in labelled])
    each = -logs.gather(1, labels[:, None])[:, 0]
    left = (torch.exp(-each) <= threshold(schedule, progress)).float().detach()
    supervised = (each * left).sum() / left.sum().clamp(min=1)
    with torch.no_grad():
        logits = model([row for row, _ in twins])
        sharp = torch.log_softmax(logits / temperature, -1)
        mask = (torch.softmax(logits, -1).max(-1).values >= confidence).float()
    copies = torch.log_softmax(model([copy for _, copy in twins]), -1)
    divergence = ((sharp.exp() * (sharp - copies)).sum(-1) * mask).mean()
    return supervised + weight * divergence, left, mask


def shown(model):
    query = model.bert.encoder.layer[1].attention.self.query.weight
    return {"query": query.flatten()[:24].tolist(), "bias": model.bert.encoder.layer[0].output.dense.bias.tolist(),
            "head": model.weight.flatten()[:24].tolist()}


def consistency(folder):
    labelled = [([2, 23, 113, 4, 205, 214, 3], 0), ([2, 258, 124, 3], 1), ([2, 217, 229, 4, 223, 221, 95, 3], 2),
                ([2, 94, 35, 4, 69, 3], 1)]
    twins = [([2, 170, 131, 64, 9, 3], [2, 170, 130, 64, 9, 3]), ([2, 34, 17, 58, 51, 68, 3], [2, 34, 58, 17, 3]),
             ([2, 57, 55, 5, 3], [2, 57, 60, 5, 77, 3]), ([2, 113, 4, 205, 3], [2, 113, 205, 3])]
    cases = []
    for schedule, progress, confidence in [("linear", 0.5, 0.6), ("log", 0.2, 0.0), ("exp", 0.9, 0.9), ("exp", 0.0, 0.5)]:
        model = Classifier(folder).eval()
        loss, left, mask = uda(model, labelled, twins, 2.0, 0.5, confidence, schedule, progress)
        loss.backward()
        cases.append({"annealing": schedule, "progress": progress, "confidence": confidence, "loss": loss.item(),
                      "released": int(left.sum()), "confident": int(mask.sum()),
                      "query": model.bert.encoder.layer[1].attention.self.query.weight.grad.flatten()[:24].tolist(),
                      "head": model.weight.grad.flatten()[:24].tolist()})
    return {"labelled": labelled, "twins": twins, "weight": 2.0, "temperature": 0.5, "cases": cases}


def learnt(start, rows, steps):
    """A copy that has learnt a task; the head moves with it."""
    model = copy.deepcopy(start)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0)
    for _ in range(steps):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model([ids for ids, _ in rows]), torch.tensor([y for _, y in rows])).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimiser.step()
    return model


def body(model):
    return [p for name, p in model.named_parameters() if name.startswith("bert.")]


def meta(folder):
    generator = torch.Generator().manual_seed(5)

    def rows(count):
        return [([2] + torch.randint(4, 290, (4 + i % 3,), generator=generator).tolist() + [3], i % CLASSES)
                for i in range(count)]

    tasks = [{"support": rows(6), "query": rows(3)} for _ in range(4)]
    golden = {"tasks": tasks}
    maml = Classifier(folder).eval()
    outer = torch.optim.Adam(body(maml), lr=1e-2)
    for step in range(2):
        sums = [torch.zeros_like(p) for p in body(maml)]
        for task in tasks[2 * step : 2 * step + 2]:
            model = learnt(maml, task["support"], 3)
            model.zero_grad()
            query = task["query"]
            torch.nn.functional.cross_entropy(
                model([ids for ids, _ in query]), torch.tensor([y for _, y in query])).backward()
            sums = [s + p.grad for s, p in zip(sums, body(model))]
        for p, s in zip(body(maml), sums):
            p.grad = s / 2
        torch.nn.utils.clip_grad_norm_(body(maml), 1)
        for group in outer.param_groups:
            group["lr"] = 1e-2 * (2 - step) / 2
        outer.step()
    golden["first-order-maml"] = shown(maml)
    reptile = Classifier(folder).eval()
    for step in range(2):
        ways = [torch.zeros_like(p) for p in body(reptile)]
        for task in tasks[2 * step : 2 * step + 2]:
            model = learnt(reptile, task["support"] + task["query"], 3)
            ways = [w + q.data - p.data for w, q, p in zip(ways, body(model), body(reptile))]
        for p, w in zip(body(reptile), ways):
            p.data += 0.5 * (2 - step) / 2 * w / 2
    golden["reptile"] = shown(reptile)
    return golden


def main():
    torch.set_num_threads(1)
    folder = sys.argv[1]
    print(json.dumps({"torch": torch.__version__.split("+")[0], "consistency": consistency(folder), "meta": meta(folder)}))


main()
