# SPDX-License-Identifier: Apache-2.0
"""Checks adapters against transformers + PEFT, both ways. Needs torch, transformers, peft and safetensors.

    peft_interop.py check DIR   reads base/, adapter/ and logits.jsonl that PeftInteropTest wrote, and fails unless PEFT
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

TOLERANCE = 1e-4
ROWS = 50


def base_model(folder, labels):
    """The encoder of the folder; what it lacks, a pooler and a head, is drawn."""
    return BertForSequenceClassification.from_pretrained(
        folder, num_labels=len(labels), id2label=labels, label2id={name: i for i, name in labels.items()}
    ).eval()


def logits(model, tokenizer, texts, max_length):
    """One text at a time, so that no padding is involved."""
    with torch.no_grad():
        return [
            model(**tokenizer(text, truncation=True, max_length=max_length, return_tensors="pt")).logits[0]
            for text in texts
        ]


def tokenizer_of(folder):
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    tokenizer.backend_tokenizer.no_padding()
    return tokenizer


def check(folder):
    side = json.loads((folder / "adapter" / "classifier.json").read_text())
    labels = {int(i): name for i, name in side["id2label"].items()}
    rows = [json.loads(line) for line in (folder / "logits.jsonl").read_text().splitlines()]
    if len(rows) < ROWS:
        sys.exit(f"{folder / 'logits.jsonl'} has {len(rows)} rows; allowed is {ROWS} or more")
    base = base_model(folder / "base", labels)
    # PEFT only warns where a key finds no place; here that is an error.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = PeftModel.from_pretrained(base, str(folder / "adapter")).eval()
    given = torch.tensor([row["logits"] for row in rows])
    theirs = torch.stack(logits(model, tokenizer_of(folder / "base"), [row["text"] for row in rows], side["max_length"]))
    with model.disable_adapter():
        without = torch.stack(
            logits(model, tokenizer_of(folder / "base"), [row["text"] for row in rows], side["max_length"])
        )
    difference = (given - theirs).abs().max().item()
    print(f"{len(rows)} rows, {len(labels)} classes: largest difference {difference:.2e},", end=" ")
    print(f"largest logit {given.abs().max().item():.2f}, change by the adapter {(theirs - without).abs().max().item():.2f}")
    if not difference <= TOLERANCE:
        sys.exit(f"the logits differ by {difference:.2e}; allowed is {TOLERANCE}")


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
    texts = [json.loads(line)["text"] for line in (folder / "logits.jsonl").read_text().splitlines()]
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
