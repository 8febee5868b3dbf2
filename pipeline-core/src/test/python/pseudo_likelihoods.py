# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/pseudo-likelihood: the pseudo-log-likelihood of words by masked language models of transformers.

    pip install torch==2.15.0 transformers==5.24.0 tokenizers==0.23.3 && python pseudo_likelihoods.py ../resources

The models are tiny-bert, with its own tokenizer of word pieces, and the folders *-masked-lm of architectures, with
tokenizer.json, which this writes: byte pairs of 48 tokens. Each row of golden.json is a text, chars of it as [start, end), and the
sum over the tokens that overlap them, from left to right, of the log-probability of each with itself and those behind it masked
(PLL-word-l2r, Kauf & Ivanova 2023). Each is read alone.
"""
import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import AutoModelForMaskedLM

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
MERGES = "e r|i n|t h|th e|Ġ the|o u|a n|Ġ a|er e|Ġ w|Ġw as|a s|l d|ou ld|o l|Ġ ol".split("|")
TEXTS = [
    ("the old lamp was lovely", ["lovely"]),
    ("the old lamp was lovely", ["old"]),
    ("an unusually old lamp was there", ["an", "unusually"]),
    ("we were very happy", ["we", "happy"]),
    ("a zebra", ["zebra"]),
    ("the children played outside with an expensive kite and were very happy " * 6 + "in the garden", ["garden"]),
]


def byte_pairs(file):
    letters = ["Ġ", *map(chr, range(ord("a"), ord("z") + 1))]
    tokens = [*SPECIAL, *letters, *(merge.replace(" ", "") for merge in MERGES)]
    tokenizer = Tokenizer(models.BPE({token: i for i, token in enumerate(tokens)}, [tuple(each.split()) for each in MERGES]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    tokenizer.add_special_tokens(SPECIAL)
    if tokenizer.get_vocab_size() != 48:
        raise ValueError(f"{tokenizer.get_vocab_size()} tokens")
    tokenizer.save(str(file), pretty=False)
    return tokenizer


@torch.no_grad()
def likelihood(model, tokenizer, text, words, room):
    encoded = tokenizer.encode(text, add_special_tokens=False)
    first, last = tokenizer.encode("").ids
    mask = tokenizer.token_to_id("<mask>") or tokenizer.token_to_id("[MASK]")
    asked = [i for i, (start, end) in enumerate(encoded.offsets) if any(start < e and end > s for s, e in words)]
    total, hidden = 0.0, [mask if i in asked else token for i, token in enumerate(encoded.ids)]
    for at in asked:
        start = max(0, min(at - room // 2, len(hidden) - room))
        window = [first, *hidden[start:start + room], last]
        logits = model(input_ids=torch.tensor([window])).logits[0, at - start + 1]
        total += logits.log_softmax(-1)[encoded.ids[at]].item()
        hidden[at] = encoded.ids[at]
    return len(asked), total


def rows(folder, tokenizer):
    model = AutoModelForMaskedLM.from_pretrained(folder).float().eval()
    room = 64 - 2 - (2 if "roberta" in folder.name else 0)  # positions that RoBERTa spends on padding
    for text, words in TEXTS:
        spans = [[text.index(word), text.index(word) + len(word)] for word in words]
        pieces, total = likelihood(model, tokenizer, text, spans, room)
        yield {"model": folder.name, "text": text, "words": spans, "pieces": pieces, "likelihood": round(total, 5)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    resources = Path(sys.argv[1])
    pairs = byte_pairs(resources / "pseudo-likelihood" / "tokenizer.json")
    bert = resources / "tiny-bert"
    golden = [*rows(bert, Tokenizer.from_file(str(bert / "tokenizer.json")))]
    for folder in sorted(resources.glob("architectures/*-masked-lm")):
        golden += rows(folder, pairs)
    (resources / "pseudo-likelihood" / "golden.json").write_text("[\n" + ",\n".join(map(json.dumps, golden)) + "\n]\n")
