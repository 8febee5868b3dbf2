# SPDX-License-Identifier: Apache-2.0
"""The peer of generation.sh: transformers' generate with its cache, the same prompts in one batch, the likeliest token each time.

    python generation_reference.py FOLDER_WITH_THE_GGUF ROWS.jsonl TOKENS

An answer ends by itself, or after so many tokens. Prints tokens and CPU seconds of generate alone. Threads: OMP_NUM_THREADS.
"""
import json, resource, sys, time

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
folder, rows, most = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(1)
tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=NAME, padding_side="left")
model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=NAME, dtype=torch.float32).eval()
prompts = [
    tokenizer.apply_chat_template(json.loads(line)["messages"][:-1], tokenize=True, add_generation_prompt=True, return_dict=False)
    for line in open(rows)
]
width = max(map(len, prompts))
pad = tokenizer.pad_token_id
ids = torch.tensor([[pad] * (width - len(row)) + row for row in prompts])
mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in prompts])
start = time.process_time()
with torch.no_grad():
    out = model.generate(ids, attention_mask=mask, max_new_tokens=most, do_sample=False, repetition_penalty=1.0)
cpu = time.process_time() - start
eos = tokenizer.eos_token_id
answers = [row[: row.index(eos) + 1] if eos in row else row for row in out[:, width:].tolist()]
written = sum(map(len, answers))
print(f"| transformers | {written} | {cpu:.1f} | {written / cpu:.0f} | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} |")
