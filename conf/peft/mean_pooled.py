# SPDX-License-Identifier: Apache-2.0
"""A classifier that pools by the mean of the tokens, which transformers has no class for, with an adapter of Graft's.

    from mean_pooled import load
    model, tokenizer = load("sentence-transformers/all-MiniLM-L6-v2", "runs/demo/adapter")
    logits = model(**tokenizer(["Where is my parcel?"], return_tensors="pt"))

Needs torch, transformers and peft. A class of `classifier.json` is the index of a logit.
"""
import json
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoTokenizer, BertModel, BertPreTrainedModel

LENGTH = 8


class MeanPooledClassifier(BertPreTrainedModel):
    """BERT, the mean of its last hidden states over the tokens scaled to a length of 8, and a linear head."""

    def __init__(self, config):
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.classifier = torch.nn.Linear(config.hidden_size, config.num_labels)
        self.post_init()

    def forward(self, input_ids, attention_mask, **_):
        states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state  # (B, T, H)
        tokens = attention_mask.unsqueeze(-1).to(states.dtype)  # (B, T, 1)
        mean = (states * tokens).sum(1) / tokens.sum(1)  # (B, H)
        return self.classifier(LENGTH * torch.nn.functional.normalize(mean, dim=1))  # (B, C)


def load(base, adapter):
    """The model in evaluation mode, and the tokenizer cut to the adapter's length."""
    side = json.loads((Path(adapter) / "classifier.json").read_text())
    if side["pooling"] != "mean":
        raise ValueError(f"{adapter}: pooling is {side['pooling']}; use AutoModelForSequenceClassification")
    labels = {int(i): name for i, name in side["id2label"].items()}
    model = MeanPooledClassifier.from_pretrained(base, num_labels=len(labels), id2label=labels)
    tokenizer = AutoTokenizer.from_pretrained(base, model_max_length=side["max_length"], truncation=True)
    return PeftModel.from_pretrained(model, str(adapter)).eval(), tokenizer
