# SPDX-License-Identifier: Apache-2.0
"""What each choice of the training recipe gives, in plain PyTorch + PEFT. Needs torch, transformers, peft and scikit-learn.

    recipe_choices.py BASE CORPORA OUT.jsonl CORPUS:CHOICES:SEED...

BASE is a Hugging Face folder of the encoder (PeftInteropTest writes one), CORPORA a folder with trec/, sst2/ and banking77/ of
train.jsonl and test.jsonl. CORPUS is trec100, sst500, bank5 (rows a class) or the like; the seed draws the rows, a validation part
of 100 (banking77: 154) others, and the training. CHOICES are key=value with commas: pool=first, head (rate of the head by LoRA's),
lp=1 (the head starts as the frozen probe), lr, batch, epochs, cap (steps). A line of OUT has the test accuracy of the last step
(`test`), that of the checkpoint that is best by the validation part (`best`), and both cheap arms before the first training.
"""
import json
import math
import random
import sys
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from torch.nn.functional import cross_entropy, normalize
from transformers import BertModel, PreTrainedTokenizerFast

BASE, CORPORA, OUT = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
FOLDERS = {"trec": "trec", "sst": "sst2", "bank": "banking77"}
MOST_TESTED, LONGEST = 1000, 64
torch.set_num_threads(1)
tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{BASE}/tokenizer.json", pad_token="[PAD]")
tokenizer.backend_tokenizer.no_padding()


def read(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def corpus(name, seed):
    kind = name.rstrip("0123456789")
    size = int(name[len(kind):])
    folder = CORPORA / FOLDERS[kind]
    rows, test = read(folder / "train.jsonl"), read(folder / "test.jsonl")
    random.Random(seed).shuffle(rows)
    random.Random(0).shuffle(test)
    if kind == "bank":
        counts, train, rest = {}, [], []
        for row in rows:
            counts[row["label"]] = counts.get(row["label"], 0) + 1
            (train if counts[row["label"]] <= size else rest).append(row)
        return train, rest[:154], test[:MOST_TESTED]
    return rows[:size], rows[size:size + 100], test[:MOST_TESTED]


class Classifier(torch.nn.Module):
    def __init__(self, classes, pool):
        super().__init__()
        self.bert = BertModel.from_pretrained(BASE, add_pooling_layer=False)
        width = self.bert.config.hidden_size
        self.pooler = torch.nn.Linear(width, width) if pool == "first" else None
        self.classifier = torch.nn.Linear(width, classes)
        for linear in filter(None, (self.pooler, self.classifier)):
            torch.nn.init.normal_(linear.weight, 0, 0.02)
            torch.nn.init.zeros_(linear.bias)
        self.dropout = torch.nn.Dropout(0.1)

    def vectors(self, ids, mask):
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        if self.pooler is not None:
            return torch.tanh(self.pooler(states[:, 0]))
        tokens = mask.unsqueeze(-1).float()
        return 8 * normalize((states * tokens).sum(1) / tokens.sum(1), dim=1)

    def forward(self, ids, mask):
        return self.classifier(self.dropout(self.vectors(ids, mask)))


def pad(rows):
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, :len(row)] = torch.tensor(row)
        mask[i, :len(row)] = 1
    return ids, mask


@torch.no_grad()
def run(function, rows):
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    out = [None] * len(rows)
    for start in range(0, len(order), 64):
        part = order[start:start + 64]
        for i, value in zip(part, function(*pad([rows[i] for i in part]))):
            out[i] = value
    return torch.stack(out)


def linear(train, labels, held_out, expected):
    fits = [LogisticRegression(C=1 / (len(labels) * penalty), max_iter=300).fit(train, labels)
            for penalty in (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5)]
    return max(fits, key=lambda fit: fit.score(held_out, expected))


def write(**line):
    with open(OUT, "a") as out:
        print(json.dumps(line), file=out)


def prepare(name, seed):
    parts = corpus(name, seed)
    labels = sorted({row["label"] for row in parts[0]})
    texts = [[row["text"] for row in part] for part in parts]
    classes = [np.array([labels.index(row["label"]) for row in part]) for part in parts]
    ids = [[tokenizer(text, truncation=True, max_length=LONGEST)["input_ids"] for text in part] for part in texts]
    frozen = Classifier(len(labels), "mean").eval()
    vectors = [run(frozen.vectors, part).numpy() for part in ids]
    probe = linear(vectors[0], classes[0], vectors[1], classes[1])
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b").fit(texts[0])
    terms = [words.transform(part) for part in texts]
    write(corpus=name, choices="frozen-probe", seed=seed, test=probe.score(vectors[2], classes[2]))
    tf_idf = linear(terms[0], classes[0], terms[1], classes[1])
    write(corpus=name, choices="tf-idf", seed=seed, test=tf_idf.score(terms[2], classes[2]))
    return labels, ids, classes, probe


def train(choices, seed, labels, ids, classes, probe):
    torch.manual_seed(seed)
    model = Classifier(len(labels), choices["pool"])
    if choices["lp"]:
        weight, bias = torch.tensor(probe.coef_).float(), torch.tensor(probe.intercept_).float()
        if len(labels) == 2:
            weight, bias = torch.cat([-weight, weight]) / 2, torch.cat([-bias, bias]) / 2
        model.classifier.weight.data.copy_(weight)
        model.classifier.bias.data.copy_(bias)
    saved = ["classifier", "pooler"] if choices["pool"] == "first" else ["classifier"]
    model = get_peft_model(model, LoraConfig(
        r=8, lora_alpha=16, lora_dropout=0.1, target_modules=["query", "value"], modules_to_save=saved))
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    factors = [choices["head"] if "classifier" in name else 1 for name in trained]
    optimizer = torch.optim.AdamW(
        [{"params": [p], "weight_decay": 0.01 if p.dim() > 1 else 0} for p in trained.values()])
    size, order = int(choices["batch"]), random.Random(seed)
    steps = int(min(choices["cap"], choices["epochs"] * math.ceil(len(ids[0]) / size)))
    warm, plan, checkpoints = math.ceil(0.1 * steps), [], []
    while len(plan) < steps:
        rows = order.sample(range(len(ids[0])), len(ids[0]))
        pools = [sorted(rows[i:i + 16 * size], key=lambda row: len(ids[0][row])) for i in range(0, len(rows), 16 * size)]
        batches = [pool[i:i + size] for pool in pools for i in range(0, len(pool), size)]
        plan += order.sample(batches, len(batches))
    model.train()
    for step, batch in enumerate(plan[:steps]):
        loss = cross_entropy(model(*pad([ids[0][row] for row in batch])), torch.tensor(classes[0][batch]))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
        rate = (step + 1) / warm if step < warm else (steps - step) / (steps - warm + 1)
        for group, factor in zip(optimizer.param_groups, factors):
            group["lr"] = choices["lr"] * factor * rate
        optimizer.step()
        optimizer.zero_grad()
        if (step + 1) * 10 // steps > step * 10 // steps:
            right = accuracy(model, ids[1], classes[1])
            checkpoints.append((right, {name: p.detach().clone() for name, p in trained.items()}))
    last = accuracy(model, ids[2], classes[2])
    for name, value in max(checkpoints, key=lambda checkpoint: checkpoint[0])[1].items():
        trained[name].data.copy_(value)
    return {"steps": steps, "test": last, "best": accuracy(model, ids[2], classes[2])}


def accuracy(model, ids, expected):
    model.eval()
    right = float((run(model.forward, ids).argmax(1).numpy() == expected).mean())
    model.train()
    return right


prepared = {}
for job in sys.argv[4:]:
    name, given, seed = job.split(":")
    if (name, seed) not in prepared:
        prepared = {(name, seed): prepare(name, int(seed))}
    choices = {"pool": "mean", "lp": 0, "head": 10, "lr": 1e-3, "batch": 16, "epochs": 10, "cap": 300}
    for key, value in (pair.split("=") for pair in given.split(",") if pair):
        choices[key] = value if key == "pool" else float(value)
    write(corpus=name, choices=given, seed=int(seed), **train(choices, int(seed), *prepared[name, seed]))
