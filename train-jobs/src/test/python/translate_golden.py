# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/translate/golden.json: losses and gradients of the tiny translators of the core's tests, as transformers
and torch have them.

    pip install torch==2.15.0 transformers==5.24.0 && python translate_golden.py ../../../.. ../resources/translate/golden.json

Rows are read together, padded. Losses are torch's cross entropy with its label smoothing, summed over the tokens; the gradients are
of their mean. The vector of the padding learns as any other, where a target begins with it: torch.nn.Embedding would leave it out.
"""
import json
import random
import sys
from pathlib import Path

import torch
import transformers as hf

LENGTHS = [(5, 3), (2, 7), (9, 1), (1, 4)]


def golden(folder):
    draws = random.Random(7)
    model = hf.AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32).eval()
    for module in model.modules():
        if isinstance(module, torch.nn.Embedding):
            module.padding_idx = None
    pad, start = model.config.pad_token_id, model.config.decoder_start_token_id
    words = min(pad, model.config.vocab_size - 1) if pad > 10 else model.config.vocab_size
    rows = [tuple([draws.randrange(4, words) for _ in range(size - 1)] + [model.config.eos_token_id] for size in each)
            for each in LENGTHS]
    longest = [max(len(row[side]) for row in rows) for side in (0, 1)]
    source = torch.tensor([row[0] + [pad] * (longest[0] - len(row[0])) for row in rows])
    mask = torch.tensor([[1] * len(row[0]) + [0] * (longest[0] - len(row[0])) for row in rows])
    labels = torch.tensor([row[1] + [-100] * (longest[1] - len(row[1])) for row in rows])
    read = torch.cat([torch.full((len(rows), 1), start), labels[:, :-1].masked_fill(labels[:, :-1] == -100, pad)], 1)
    cases = []
    for smoothing in (0.0, 0.1, 0.4):
        model.zero_grad()
        logits = model(input_ids=source, attention_mask=mask, decoder_input_ids=read).logits
        loss = torch.nn.functional.cross_entropy(
            logits.view(-1, logits.shape[-1]), labels.view(-1), ignore_index=-100, reduction="sum", label_smoothing=smoothing)
        (loss / sum(len(row[1]) for row in rows)).backward()
        norms = {name: parameter.grad.norm().item() for name, parameter in model.named_parameters() if parameter.requires_grad}
        cases.append({"smoothing": smoothing, "loss": loss.item(), "norms": norms})
    shared = model.get_input_embeddings().weight.grad
    return {"start": start, "rows": [{"source": row[0], "target": row[1]} for row in rows], "cases": cases,
            "shared": [float(f"{each:.5g}") for each in shared.flatten().tolist()]}


if __name__ == "__main__":
    top = Path(sys.argv[1]) / "pipeline-core/src/test/resources/translators"
    made = {name: golden(top / name) for name in ("marian", "m2m-100")}
    made["made by"] = f"torch {torch.__version__}, transformers {hf.__version__}"
    Path(sys.argv[2]).parent.mkdir(exist_ok=True)
    Path(sys.argv[2]).write_text(json.dumps(made) + "\n")
