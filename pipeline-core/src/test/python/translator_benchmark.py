# SPDX-License-Identifier: Apache-2.0
"""Writes a folder of opus-mt's size with random weights and sources with lengths of their targets, and says what transformers'
generate takes for them: CPU seconds of greedy and beam 4, each target forced to its length, on one thread, at its best batch. Then the
same by CTranslate2 in 32 bits and in 8, where a batch has one length, its longest.

    pip install torch==2.15.0 transformers==5.24.0 ctranslate2==4.8.5 && python translator_benchmark.py FOLDER
    then SearchBenchmark FOLDER, on the same machine
"""
import json
import os
import random
import sys
import time
from pathlib import Path

import ctranslate2
import torch
import transformers as hf
from ctranslate2.converters.transformers import MarianMTLoader

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


def batches(rows, batch):
    rows = sorted(rows, key=lambda row: (row["length"], len(row["source"])))
    return [rows[i:i + batch] for i in range(0, len(rows), batch)]


def converted(model, folder, quantization):
    spec = MarianMTLoader().get_model_spec(model)
    words = [f"w{i}" for i in range(PAD)]
    spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = words[1], words[END], words[END]
    spec.config.decoder_start_token = words[END]
    spec.register_source_vocabulary(words)
    spec.register_target_vocabulary(words)
    spec.validate()
    spec.optimize(quantization=quantization)
    folder.mkdir(exist_ok=True)
    spec.save(str(folder))
    return ctranslate2.Translator(str(folder), device="cpu", compute_type=quantization, inter_threads=1, intra_threads=1)


def run_converted(translator, rows, beams, batch):
    """CPU seconds and tokens."""
    before, tokens = time.process_time(), 0
    for some in batches(rows, batch):
        longest = max(row["length"] for row in some)
        translator.translate_batch(
            [[f"w{token}" for token in row["source"]] for row in some], beam_size=beams, max_batch_size=0, max_input_length=0,
            min_decoding_length=longest, max_decoding_length=longest)
        tokens += longest * len(some)
    return time.process_time() - before, tokens


def run(model, rows, beams, batch):
    before = time.process_time()
    for some in batches(rows, batch):
        longest = max(len(row["source"]) for row in some)
        ids = torch.tensor([row["source"] + [PAD] * (longest - len(row["source"])) for row in some])
        with torch.no_grad():
            model.generate(ids, attention_mask=(ids != PAD).long(), num_beams=beams, do_sample=False,
                           max_new_tokens=max(row["length"] for row in some), bad_words_ids=[[PAD]], early_stopping=beams > 1,
                           logits_processor=hf.LogitsProcessorList([Lengths([row["length"] for row in some], beams)]))
    return time.process_time() - before


def said(name, beams, taken):
    """Of the best batch, by CPU seconds and tokens of each."""
    best = min(taken, key=lambda batch: taken[batch][0] / taken[batch][1])
    seconds, tokens = taken[best]
    print(f"{name}, beams {beams}: {seconds:.1f} CPU s, {tokens / seconds:.0f} target tokens/s at batch {best} of "
          f"{({batch: round(each[0], 1) for batch, each in taken.items()})}, load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    model, rows = made(folder)
    tokens = sum(row["length"] for row in rows)
    sizes = {1: (16, 64), 4: (8, 32)}
    run(model, rows[:8], 1, 8)
    for beams in (1, 4):
        said(f"transformers {hf.__version__}, torch {torch.__version__}", beams,
             {batch: (run(model, rows, beams, batch), tokens) for batch in sizes[beams]})
    for quantization in ("float32", "int8"):
        translator = converted(model, folder / quantization, quantization)
        run_converted(translator, rows[:8], 1, 8)
        for beams in (1, 4):
            said(f"ctranslate2 {ctranslate2.__version__} {quantization}", beams,
                 {batch: run_converted(translator, rows, beams, batch) for batch in sizes[beams]})
