# SPDX-License-Identifier: Apache-2.0
"""Writes two tiny students with random weights in Marian's format, and what a plain numpy forward pass makes of them.

    pip install numpy sentencepiece
    python tiny_student.py ../resources/students

shared/: 8-bit integers, one vocabulary, a lexical shortlist. apart/: floats, two vocabularies, compressed, no shortlist.
"""

import gzip
import io
import json
import math
import pathlib
import struct
import sys

import numpy as np
import sentencepiece as spm

WIDTH, HEADS, FFN, ENCODER, DECODER = 16, 2, 24, 2, 2
SENTENCES = [
    "A man in an orange hat.", "Two dogs run.", "The quick brown fox jumps over the lazy dog near the river bank.",
    "No.", "I did not order this, please cancel it!", "Where is my parcel?", "1,140.00 and £90", "😀 fine @home",
    "a", "Rain, rain, go away; come again another day.",
]
TEXT = [s for s in SENTENCES if s.isascii()] + [
    "the man has a hat and a dog", "the dog runs to the river", "please send my parcel to another home",
    "where is the lazy man today", "we did not order the orange one", "come home and cancel the order again",
]


def vocabulary(folder, name, size, seed):
    model = io.BytesIO()
    lines = TEXT if seed == 0 else [line[::-1] for line in TEXT]
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(lines * 3), model_writer=model, vocab_size=size, bos_id=-1, eos_id=0, unk_id=1,
        normalization_rule_name="identity", minloglevel=2, hard_vocab_limit=False)
    return model.getvalue(), spm.SentencePieceProcessor(model_proto=model.getvalue())


def weights(rng, sources, targets, shared):
    w = {}
    if shared:
        w["Wemb"] = rng.normal(0, 0.4, (sources, WIDTH))
    else:
        w["encoder_Wemb"] = rng.normal(0, 0.4, (sources, WIDTH))
        w["decoder_Wemb"] = rng.normal(0, 0.4, (targets, WIDTH))
    w["decoder_ff_logit_out_b"] = rng.normal(0, 0.3, (1, targets))
    w["decoder_ff_logit_out_b"][0, 0] += 1.5 if shared else 3.5  # random answers end, now and then

    def attention(name):
        for p in "qkvo":
            w[f"{name}_W{p}"] = rng.normal(0, 0.7, (WIDTH, WIDTH))
            w[f"{name}_b{p}"] = rng.normal(0, 0.2, (1, WIDTH))
        norm(f"{name}_Wo")

    def norm(name):
        w[f"{name}_ln_scale"] = rng.normal(1, 0.2, (1, WIDTH))
        w[f"{name}_ln_bias"] = rng.normal(0, 0.2, (1, WIDTH))

    def feed_forward(name):
        w[f"{name}_W1"], w[f"{name}_b1"] = rng.normal(0, 1.0, (WIDTH, FFN)), rng.normal(0, 0.2, (1, FFN))
        w[f"{name}_W2"], w[f"{name}_b2"] = rng.normal(0, 1.0, (FFN, WIDTH)), rng.normal(0, 0.2, (1, WIDTH))
        norm(f"{name}_ffn")

    for layer in range(1, ENCODER + 1):
        attention(f"encoder_l{layer}_self")
        feed_forward(f"encoder_l{layer}_ffn")
    for layer in range(1, DECODER + 1):
        w[f"decoder_l{layer}_rnn_W"] = rng.normal(0, 0.7, (WIDTH, WIDTH))
        w[f"decoder_l{layer}_rnn_Wf"] = rng.normal(0, 0.7, (WIDTH, WIDTH))
        w[f"decoder_l{layer}_rnn_bf"] = rng.normal(0, 0.2, (1, WIDTH))
        norm(f"decoder_l{layer}_rnn_ffn")
        attention(f"decoder_l{layer}_context")
        feed_forward(f"decoder_l{layer}_ffn")
    return w


def is_linear(name):
    return "_W" in name and len(name) - name.rindex("_W") <= 3


def settings(sources, targets, shared):
    fixed = {
        "type": "transformer", "dec-cell": "ssru", "transformer-decoder-autoreg": "rnn", "enc-depth": ENCODER,
        "dec-depth": DECODER, "dim-emb": WIDTH, "transformer-heads": HEADS, "transformer-dim-ffn": FFN,
        "transformer-ffn-activation": "relu", "transformer-ffn-depth": 2, "transformer-preprocess": '""',
        "transformer-postprocess": "dan", "transformer-postprocess-emb": "d", "transformer-postprocess-top": '""',
        "transformer-train-position-embeddings": "false", "tied-embeddings": str(not shared).lower(),
        "tied-embeddings-all": str(shared).lower(), "input-types": "[]", "right-left": "false",
    }
    lines = [f"{key}: {value}" for key, value in fixed.items()] + ["dim-vocabs:", f"  - {sources}", f"  - {targets}"]
    return "\n".join(lines) + "\n"


def write(w, yaml, integers):
    """The file, and the weights as a reader gets them back."""
    arrays, back = [], {}
    for name, value in sorted(w.items()):
        value = value.astype(np.float32)
        if integers and (is_linear(name) or name == "Wemb"):
            multiplier = np.float32(127 / np.abs(value).max())
            whole = np.clip(np.rint(value * multiplier), -127, 127).astype(np.int8)
            back[name] = whole.astype(np.float32) / multiplier
            data = (whole.T if is_linear(name) else whole).tobytes() + struct.pack("<f", multiplier)
            arrays.append((name, 0x4101, value.shape, data.ljust(whole.size + 256, b"\0")))
            arrays.append((name + "_QuantMultA", 0x0404, (1, 1), struct.pack("<f", 12.5).ljust(256, b"\0")))
        else:
            back[name] = value
            data = value.tobytes()
            arrays.append((name, 0x0404, value.shape, data.ljust(-(-len(data) // 256) * 256, b"\0")))
    text = yaml.encode() + b"\0"
    arrays.append(("special:model.yml", 0x0101, (len(text),), text))
    out = struct.pack("<QQ", 1, len(arrays))
    out += b"".join(struct.pack("<QQQQ", len(n) + 1, t, len(s), len(d)) for n, t, s, d in arrays)
    out += b"".join(n.encode() + b"\0" for n, _, _, _ in arrays)
    out += b"".join(struct.pack(f"<{len(s)}i", *s) for _, _, s, _ in arrays)
    padding = -(len(out) + 8) % 256
    out += struct.pack("<Q", padding) + b"\0" * padding + b"".join(d for _, _, _, d in arrays)
    return out, back


def shortlist(rng, sources, targets, first, best):
    lists = [sorted(rng.choice(np.arange(first, targets), rng.integers(0, best + 1), replace=False)) for _ in range(sources)]
    offsets = np.cumsum([0] + [len(pieces) for pieces in lists])
    flat = [int(piece) for pieces in lists for piece in pieces]
    head = struct.pack("<QQQQQQ", 0xF11A48D5013417F5, 0, first, best, len(offsets), len(flat))
    return head + struct.pack(f"<{len(offsets)}Q", *offsets) + struct.pack(f"<{len(flat)}I", *flat), lists


def candidates(lists, first, targets, source):
    if lists is None:
        return list(range(targets))
    chosen = set(range(first)).union(*[map(int, lists[piece]) for piece in source])
    for piece in range(first, targets):
        if len(chosen) % 8 == 0:
            break
        chosen.add(piece)
    return sorted(chosen)


class Reference:
    def __init__(self, w):
        self.w = {name: value.astype(np.float64) for name, value in w.items()}

    def norm(self, name, x):
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-6)
        return scaled * self.w[f"{name}_ln_scale"] + self.w[f"{name}_ln_bias"]

    def positions(self, rows):
        waves = 10000.0 ** (-np.arange(WIDTH // 2) / (WIDTH // 2 - 1))
        angles = np.asarray(rows)[:, None] * waves
        return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)

    def attend(self, name, x, states):
        q, k, v = (s @ self.w[f"{name}_W{p}"] + self.w[f"{name}_b{p}"] for p, s in (("q", x), ("k", states), ("v", states)))
        size = WIDTH // HEADS
        heads = []
        for h in range(HEADS):
            part = slice(h * size, (h + 1) * size)
            scores = q[:, part] @ k[:, part].T / math.sqrt(size)
            shares = np.exp(scores - scores.max(-1, keepdims=True))
            heads.append(shares / shares.sum(-1, keepdims=True) @ v[:, part])
        out = np.concatenate(heads, axis=1) @ self.w[f"{name}_Wo"] + self.w[f"{name}_bo"]
        return self.norm(f"{name}_Wo", out + x)

    def feed_forward(self, name, x):
        hidden = np.maximum(x @ self.w[f"{name}_W1"] + self.w[f"{name}_b1"], 0)
        return self.norm(f"{name}_ffn", hidden @ self.w[f"{name}_W2"] + self.w[f"{name}_b2"] + x)

    def embeddings(self, side):
        return self.w["Wemb"] if "Wemb" in self.w else self.w[f"{side}_Wemb"]

    def answer(self, source, allowed):
        """Tokens, whether cut, and the logits of the first two steps."""
        x = self.embeddings("encoder")[source] * math.sqrt(WIDTH) + self.positions(range(len(source)))
        for layer in range(1, ENCODER + 1):
            x = self.attend(f"encoder_l{layer}_self", x, x)
            x = self.feed_forward(f"encoder_l{layer}_ffn", x)
        cells = [np.zeros((1, WIDTH)) for _ in range(DECODER)]
        tokens, logits, last = [], [], None
        while True:
            y = self.positions([len(tokens)])
            if last is not None:
                y = y + self.embeddings("decoder")[[last]] * math.sqrt(WIDTH)
            for layer in range(1, DECODER + 1):
                name = f"decoder_l{layer}_rnn"
                forget = 1 / (1 + np.exp(-(y @ self.w[f"{name}_Wf"] + self.w[f"{name}_bf"])))
                cells[layer - 1] = forget * cells[layer - 1] + (1 - forget) * (y @ self.w[f"{name}_W"])
                y = self.norm(f"{name}_ffn", np.maximum(cells[layer - 1], 0) + y)
                y = self.attend(f"decoder_l{layer}_context", y, x)
                y = self.feed_forward(f"decoder_l{layer}_ffn", y)
            step = (y @ self.embeddings("decoder")[allowed].T + self.w["decoder_ff_logit_out_b"][0, allowed])[0]
            if len(logits) < 2:
                logits.append([round(float(value), 6) for value in step])
            last = allowed[int(np.argmax(step))]
            if last == 0 or len(tokens) == math.ceil(2.5 * len(source)):
                return tokens, last != 0, logits
            tokens.append(last)


def make(folder, shared, seed):
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    source_file, source = vocabulary(folder, "source", 110, 0)
    target_file, target = (source_file, source) if shared else vocabulary(folder, "target", 90, 1)
    sources, targets = source.get_piece_size(), target.get_piece_size()
    model, back = write(weights(rng, sources, targets, shared), settings(sources, targets, shared), integers=shared)
    lists = None
    if shared:
        lex, lists = shortlist(rng, sources, targets, 10, 6)
        (folder / "lex.6.10.tiny.s2t.bin").write_bytes(lex)
        (folder / "model.tiny.intgemm.alphas.bin").write_bytes(model)
        (folder / "vocab.tiny.spm").write_bytes(source_file)
    else:
        for name, data in (("model.tiny.bin.gz", model), ("srcvocab.tiny.spm.gz", source_file), ("trgvocab.tiny.spm.gz", target_file)):
            (folder / name).write_bytes(gzip.compress(data, mtime=0))
    reference, cases = Reference(back), []
    for sentence in SENTENCES:
        ids = source.encode(sentence) + [0]
        allowed = candidates(lists, 10, targets, ids)
        tokens, cut, logits = reference.answer(ids, allowed)
        cases.append({"sentence": sentence, "source": ids, "candidates": allowed, "logits": logits, "tokens": tokens,
                      "truncated": cut, "text": target.decode(tokens)})
    (folder / "expected.json").write_text(json.dumps(cases, ensure_ascii=False, indent=0) + "\n")
    print(folder, [(len(c["source"]), len(c["tokens"]), c["truncated"]) for c in cases])


if __name__ == "__main__":
    make(pathlib.Path(sys.argv[1]) / "shared", True, 10)
    make(pathlib.Path(sys.argv[1]) / "apart", False, 2)
