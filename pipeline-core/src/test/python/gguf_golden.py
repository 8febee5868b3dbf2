# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/gguf: blocks of each type with what the gguf package dequantises, tiny models with what transformers
computes with them, and, given the folder of SmolLM2-135M-Instruct's GGUF, what it computes with that.

    pip install torch==2.15.0 transformers==5.24.0 gguf==0.19.0 && python gguf_golden.py ../resources [FOLDER_OF_SMOLLM2]
"""
import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers as hf
from gguf import GGMLQuantizationType as T

TYPES = [T.F32, T.F16, T.BF16, T.Q8_0, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q4_K, T.Q5_K, T.Q6_K]
ROWS, COLUMNS = 1, 256
MODELS = {
    "llama": (hf.LlamaConfig, dict(head_dim=4)),
    "qwen2": (hf.Qwen2Config, {}),
    "qwen3": (hf.Qwen3Config, dict(head_dim=6)),
}
SHAPE = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=24,
             max_position_embeddings=64, rms_norm_eps=1e-5, tie_word_embeddings=False)
MODULES = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
           "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
           "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate",
           "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}
NAMES = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight", "lm_head.weight": "output.weight"}
PROMPTS = ["What is the capital of France?", "Write a haiku about rain.", "def fibonacci(n):", "12 + 30 =", "Übersetze: Guten Morgen",
           "List three colours.", "Why is the sky blue?", "Once upon a time", "SELECT name FROM", "The opposite of hot is"]
WORDS = ["the", "Price", "12345", "2024-05-06", "naïve", "café", "don't", "I'LL", "x_y", "fooBar", "日本語", "привет", "مرحبا", "हिन्दी", "한국어",
         "🙂", "👩‍👩‍👧", "é", "ﬁ", "\t", "  ", "\n", "\n\n", "    ", " ", "\u00a0", "€", "½", "λ→μ", "{", "}", "();", "==", "//", "#include",
         "<|im_start|>", "<|endoftext|>", "http://a.b/c?d=e&f", "O'Neill", "…", "“quoted”", "—", "\r\n", "A" * 40, "0x1F", "3.14159", "١٢٣"]


def quantised(folder):
    """What the package writes for given values, as hexadecimal digits."""
    values = np.random.default_rng(9).normal(0, 2, (4, 32)).astype(np.float32)
    values[1] = 0
    values[2] *= 1e-6  # halves below their normal range
    values[3, :4] = [65519, -65504, 127, 0.5]
    raw = {kind.name: gguf.quants.quantize(values, kind).tobytes().hex() for kind in (T.F16, T.BF16, T.Q8_0)}
    (folder / "quantised.json").write_text(json.dumps({"values": values.reshape(-1).tolist(), **raw}))


def blocks(folder, draw):
    """Quantised by the package where it can, else blocks of random bits with scales that are numbers."""
    path = folder / "blocks.gguf"
    writer = gguf.GGUFWriter(path, "none")
    expected = {}
    for kind in TYPES:
        values = draw.normal(0, 2, (ROWS, COLUMNS)).astype(np.float32)
        values[0, :32] = 0  # a block without a scale
        try:
            raw = gguf.quants.quantize(values, kind)
        except NotImplementedError:
            per, size = gguf.GGML_QUANT_SIZES[kind]
            raw = draw.integers(0, 256, (ROWS, COLUMNS // per * size), dtype=np.uint8)
            scales = draw.normal(0, 1, (ROWS, 2)).astype(np.float16).view(np.uint8)
            if kind == T.Q6_K:
                raw[:, -2:] = scales[:, :2]
            else:
                raw[:, :4] = scales
        expected[kind.name] = gguf.quants.dequantize(raw, kind).reshape(-1).tolist()
        if kind == T.F32:
            writer.add_tensor(kind.name, raw)
        elif kind == T.F16:
            writer.add_tensor(kind.name, raw)
        else:
            writer.add_tensor(kind.name, raw, raw_dtype=kind)
    close(writer)
    (folder / "blocks.json").write_text(json.dumps(expected) + "\n")


def close(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def paired(weight, heads):
    """As llama.cpp's converter stores queries and keys: the two values of a rotary pair side by side."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def model(resources, name, path):
    kind, more = MODELS[name]
    source = json.loads((resources / "tiny-gpt2" / "tokenizer.json").read_text())["model"]
    tokens = sorted(source["vocab"], key=source["vocab"].get)
    config = kind(vocab_size=len(tokens), bos_token_id=0, eos_token_id=0, **SHAPE, **more)
    torch.manual_seed(1)
    made = hf.AutoModelForCausalLM.from_config(config, attn_implementation="eager").float()
    writer = gguf.GGUFWriter(path, name)
    writer.add_context_length(64)
    writer.add_embedding_length(16)
    writer.add_block_count(2)
    writer.add_feed_forward_length(24)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    if "head_dim" in more and name != "llama":
        writer.add_key_length(more["head_dim"])
        writer.add_value_length(more["head_dim"])
    if name == "llama":
        writer.add_rope_dimension_count(4)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm" if name == "llama" else "qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([3] + [1] * (len(tokens) - 1))
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in source["merges"]])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    writer.add_add_bos_token(False)
    writer.add_chat_template("{% for message in messages %}{{ message['content'] }}{% endfor %}")
    for key, parameter in made.state_dict().items():
        value = (torch.randn(parameter.shape) * 0.4 + (1 if parameter.dim() == 1 and key.endswith("norm.weight") else 0)).half()
        parameter.copy_(value)
        value = value.numpy()
        parts = key.split(".")
        stored = NAMES.get(key) or f"blk.{parts[2]}.{MODULES['.'.join(parts[3:-1])]}.{parts[-1]}"
        if name == "llama" and ".attn_q." in stored:
            value = paired(value, 4)
        if name == "llama" and ".attn_k." in stored:
            value = paired(value, 2)
        writer.add_tensor(stored, value if value.ndim > 1 else value.astype(np.float32))
    close(writer)
    return made.eval()


def rounded(values, digits=5):
    return [round(value, digits) for value in values]


def tiny(resources, folder):
    golden = {}
    for name in MODELS:
        path = folder / f"{name}.gguf"
        made = model(resources, name, path)
        ids = [5, 77, 123, 9, 300, 41, 2]
        with torch.no_grad():
            logits = made(torch.tensor([ids])).logits[0, -1]
        golden[name] = {"ids": ids, "logits": rounded(logits.tolist())}
        print(name, path.stat().st_size, golden[name]["logits"][:5], file=sys.stderr)
    (folder / "models.json").write_text(json.dumps(golden) + "\n")


def sentence_pieces(resources, folder):
    """A vocabulary of pieces with scores, as Llama 2 has it, and what transformers makes of texts with it."""
    source = json.loads((resources / "tiny-gpt2" / "tokenizer.json").read_text())["model"]["vocab"]
    pieces = [piece.replace("\u0120", "\u2581") for piece in sorted(source, key=source.get) if piece.replace("\u0120", "").isascii()]
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    tokens += [piece for piece in dict.fromkeys(["\u2581", *pieces]) if piece not in tokens and not piece.startswith("<|")]
    path = folder / "pieces.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(64)
    writer.add_embedding_length(4)
    writer.add_block_count(1)
    writer.add_feed_forward_length(4)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * 259 + [-float(i) for i in range(len(tokens) - 259)])
    writer.add_token_types([2, 3, 3] + [6] * 256 + [1] * (len(tokens) - 259))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    close(writer)
    tokenizer = hf.AutoTokenizer.from_pretrained(folder, gguf_file=path.name)
    cases = ["The children played outside.", "", " ", "  two  blanks ", "na\u00efve \U0001f642 caf\u00e9\n\tBX-204", "<s>hello</s> there", "\u2581odd"]
    golden = [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in cases]
    (folder / "pieces.json").write_text(json.dumps(golden) + "\n")
    return tokenizer


def texts():
    draw = np.random.default_rng(7)
    yield from WORDS
    yield from PROMPTS
    while True:
        count = int(draw.integers(2, 12))
        yield draw.choice(["", " ", "  ", "\n"]).join(draw.choice(WORDS) for _ in range(count))


def smollm2(folder, home):
    file = next(Path(home).glob("*.gguf")).name
    tokenizer = hf.AutoTokenizer.from_pretrained(home, gguf_file=file)
    read = hf.AutoModelForCausalLM.from_pretrained(home, gguf_file=file).eval()
    source = texts()
    cases = [next(source) for _ in range(200)]
    golden = {"tokens": [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in cases], "prompts": []}
    for i, prompt in enumerate(PROMPTS + [prompt + " " + prompt for prompt in PROMPTS]):
        ids = tokenizer(prompt)["input_ids"]
        with torch.no_grad():
            logits = read(torch.tensor([ids])).logits[0, -1]
        at = sorted(set(logits.topk(8).indices.tolist()) | set(range(i, len(logits), 997)))
        golden["prompts"].append({"text": prompt, "at": at, "logits": rounded(logits[at].tolist(), 4)})
    golden["answers"] = []
    for prompt in PROMPTS[:4]:
        text = tokenizer.apply_chat_template([{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True)
        ids = tokenizer(text)["input_ids"]
        written = read.generate(torch.tensor([ids]), max_new_tokens=60, do_sample=False)[0, len(ids):].tolist()
        golden["answers"].append({"text": text, "ids": written, "answer": tokenizer.decode(written, skip_special_tokens=True)})
        print(prompt, "->", golden["answers"][-1]["answer"], file=sys.stderr)
    (folder / "smollm2.json").write_text(json.dumps(golden, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    out = Path(sys.argv[1]) / "gguf"
    out.mkdir(exist_ok=True)
    quantised(out)
    blocks(out, np.random.default_rng(3))
    tiny(Path(sys.argv[1]), out)
    sentence_pieces(Path(sys.argv[1]), out)
    if sys.argv[2:]:
        smollm2(out, sys.argv[2])
