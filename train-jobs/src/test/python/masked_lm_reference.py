# SPDX-License-Identifier: Apache-2.0
"""The peer of masked_lm.sh's training: transformers' BERT of MiniLM's sizes with a language model's head, all of it trained.

    python masked_lm_reference.py TEXTS.jsonl STEPS TOKENIZER.json

Batches of 32 rows of the file in a drawn order, at most 64 tokens, 15 % of the tokens hidden, AdamW, fp32. Threads: OMP_NUM_THREADS.
"""
import json, resource, sys, time

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForMaskedLM

file, steps, tokenizer = sys.argv[1], int(sys.argv[2]), Tokenizer.from_file(sys.argv[3])
torch.manual_seed(1)
torch.set_num_threads(1)
tokenizer.no_padding()
tokenizer.enable_truncation(64)
rows = [tokenizer.encode(json.loads(line)["text"]).ids for line in open(file)]
model = BertForMaskedLM(BertConfig(num_hidden_layers=6, hidden_size=384, intermediate_size=1536, num_attention_heads=12))
model.train()
optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4)
order = torch.randperm(len(rows)).tolist()
start, tokens, losses = time.process_time(), 0, []
for step in range(steps):
    batch = [rows[i] for i in order[step * 32 : step * 32 + 32]]
    width = max(map(len, batch))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in batch])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in batch])
    hidden = (torch.rand(ids.shape) < 0.15) & (mask == 1) & (ids != 101) & (ids != 102)
    labels = torch.where(hidden, ids, torch.tensor(-100))
    loss = model(input_ids=torch.where(hidden, torch.tensor(103), ids), attention_mask=mask, labels=labels).loss
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    tokens += sum(map(len, batch))
    losses.append(loss.item())
cpu = time.process_time() - start
print(f"| transformers | {tokens} | {cpu:.1f} | {tokens / cpu:.0f} | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} "
      f"| {losses[0]:.2f}, {losses[-1]:.2f} |")
