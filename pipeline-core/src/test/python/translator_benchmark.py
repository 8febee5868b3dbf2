# SPDX-License-Identifier: Apache-2.0
"""Writes a folder of opus-mt's size with random weights and sources with lengths of their targets, and says what transformers'
generate takes for them: CPU seconds of greedy and beam 4, each target forced to its length, on one thread, at its best batch.

    pip install torch==2.15.0 transformers==5.24.0 && python translator_benchmark.py FOLDER
    then SearchBenchmark FOLDER, on the same machine
"""
import json
import os
import random
import sys
import time
from pathlib import Path

import torch
import transformers as hf

END, PAD, VOCABULARY = 0, 58100, 58101


def made(folder):
    torch.manual_seed(1)
    config = hf.MarianConfig(
        vocab_size=VOCABULARY, d_model=512, encoder_layers=6, decoder_layers=6, encoder_attention_heads=8, decoder_attention_heads=8,
        encoder_ffn_dim=2048, decoder_ffn_dim=2048, max_position_embeddings=512, activation_function="swish", scale_embedding=True,
        eos_token_id=END, pad_token_id=PAD, decoder_start_token_id=PAD, forced_eos_token_id=None, static_position_embeddings=True)
    model = hf.MarianMTModel(config).eval()
    rng = random.Random(2)
    rows = [{"source": [rng.randrange(2, PAD) for _ in range(rng.randint(5, 30))] + [END], "length": rng.randint(6, 30)}
            for _ in range(128)]
    model.save_pretrained(folder)
    (folder / "rows.json").write_text(json.dumps(rows))
    return model, rows


class Lengths(hf.LogitsProcessor):
    """A row ends where its target does."""

    def __init__(self, lengths, beams):
        self.lengths = torch.tensor(lengths).repeat_interleave(beams)

    def __call__(self, ids, scores):
        written = ids.shape[1] - 1
        now = self.lengths <= written + 1
        end = scores[:, END].clone()
        scores[:, END] = float("-inf")
        scores[now] = float("-inf")
        scores[now, END] = torch.where(end[now] == float("-inf"), torch.zeros(()), end[now])
        return scores


def run(model, rows, beams, batch):
    rows = sorted(rows, key=lambda row: (row["length"], len(row["source"])))
    before = time.process_time()
    for i in range(0, len(rows), batch):
        some = rows[i:i + batch]
        longest = max(len(row["source"]) for row in some)
        ids = torch.tensor([row["source"] + [PAD] * (longest - len(row["source"])) for row in some])
        with torch.no_grad():
            model.generate(ids, attention_mask=(ids != PAD).long(), num_beams=beams, do_sample=False,
                           max_new_tokens=max(row["length"] for row in some), bad_words_ids=[[PAD]], early_stopping=beams > 1,
                           logits_processor=hf.LogitsProcessorList([Lengths([row["length"] for row in some], beams)]))
    return time.process_time() - before


if __name__ == "__main__":
    torch.set_num_threads(1)
    model, rows = made(Path(sys.argv[1]))
    tokens = sum(row["length"] for row in rows)
    run(model, rows[:8], 1, 8)
    for beams in (1, 4):
        taken = {batch: run(model, rows, beams, batch) for batch in ((16, 64) if beams == 1 else (8, 32))}
        best = min(taken, key=taken.get)
        print(f"transformers {hf.__version__}, torch {torch.__version__}, beams {beams}: {taken[best]:.1f} CPU s, "
              f"{tokens / taken[best]:.0f} target tokens/s at batch {best} of {({k: round(v, 1) for k, v in taken.items()})}, "
              f"load {os.getloadavg()[0]:.1f}", flush=True)
