# SPDX-License-Identifier: Apache-2.0
"""Checks adapters against transformers + PEFT, both ways. Needs torch, transformers, peft and safetensors.

    peft_interop.py check DIR   reads base/, adapter-POOLING/ and logits-POOLING.jsonl that PeftInteropTest wrote, and fails unless PEFT
                                gives the same logits within 1e-4
    peft_interop.py make DIR    writes peft-adapter/ and peft-logits.jsonl on top of base/, for PeftInteropTest to read

DIR/base is a Hugging Face folder, a line of the JSONL files is {"text": ..., "logits": [...]}.
"""
import argparse
import json
import sys
import warnings
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

sys.path.insert(0, str(Path(__file__).parents[4] / "conf" / "peft"))
from mean_pooled import MeanPooledClassifier  # noqa: E402

TOLERANCE = 1e-4
ROWS = 50


def base_model(folder, labels, classifier=BertForSequenceClassification):
    """The encoder of the folder; what it lacks, a pooler and a head, is drawn."""
    return classifier.from_pretrained(
        folder, num_labels=len(labels), id2label=labels, label2id={name: i for i, name in labels.items()}
    ).eval()


def head_of(output):
    return output if isinstance(output, torch.Tensor) else output.logits


def logits(model, tokenizer, texts, max_length):
    """One text at a time, so that no padding is involved."""
    with torch.no_grad():
        return [
            head_of(model(**tokenizer(text, truncation=True, max_length=max_length, return_tensors="pt")))[0]
            for text in texts
        ]


def tokenizer_of(folder):
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    tokenizer.backend_tokenizer.no_padding()
    return tokenizer


def check(folder):
    for pooling, classifier in [("first", BertForSequenceClassification), ("mean", MeanPooledClassifier)]:
        check_pooling(folder, pooling, classifier)


def check_pooling(folder, pooling, classifier):
    adapter = folder / f"adapter-{pooling}"
    side = json.loads((adapter / "classifier.json").read_text())
    labels = {int(i): name for i, name in side["id2label"].items()}
    file = folder / f"logits-{pooling}.jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    if len(rows) < ROWS:
        sys.exit(f"{file} has {len(rows)} rows; allowed is {ROWS} or more")
    base = base_model(folder / "base", labels, classifier)
    # PEFT only warns where a key finds no place; here that is an error.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", FutureWarning)  # of transformers about itself
        model = PeftModel.from_pretrained(base, str(adapter)).eval()
    given = torch.tensor([row["logits"] for row in rows])
    texts = [row["text"] for row in rows]
    tokenizer = tokenizer_of(folder / "base")
    theirs = torch.stack(logits(model, tokenizer, texts, side["max_length"]))
    with model.disable_adapter():
        without = torch.stack(logits(model, tokenizer, texts, side["max_length"]))
    difference = (given - theirs).abs().max().item()
    print(f"{pooling}: {len(rows)} rows, {len(labels)} classes: largest difference {difference:.2e},", end=" ")
    print(f"largest logit {given.abs().max().item():.2f}, change by the adapter {(theirs - without).abs().max().item():.2f}")
    if not difference <= TOLERANCE:
        sys.exit(f"{pooling}: the logits differ by {difference:.2e}; allowed is {TOLERANCE}")


def make(folder):
    torch.manual_seed(7)
    model = base_model(folder / "base", {i: f"LABEL_{i}" for i in range(5)})
    config = LoraConfig(
        task_type="SEQ_CLS", r=4, lora_alpha=12, lora_dropout=0.1, target_modules=["query", "value"],
        modules_to_save=["classifier", "pooler"],
    )
    model = get_peft_model(model, config).eval()
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            torch.nn.init.normal_(parameter.data, std=0.05)
    model.save_pretrained(folder / "peft-adapter")
    texts = [json.loads(line)["text"] for line in (folder / "logits-first.jsonl").read_text().splitlines()]
    rows = logits(model, tokenizer_of(folder / "base"), texts, 512)
    with open(folder / "peft-logits.jsonl", "w") as out:
        for text, row in zip(texts, rows):
            out.write(json.dumps({"text": text, "logits": row.tolist()}) + "\n")
    print(f"{len(rows)} rows written")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["check", "make"])
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    {"check": check, "make": make}[arguments.mode](arguments.folder)
