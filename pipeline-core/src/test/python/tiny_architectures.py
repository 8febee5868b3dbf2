# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/architectures: a tiny random model of each family in the layout of Hugging Face, and what transformers
computes with it.

    pip install torch==2.15.0 transformers==5.24.0 safetensors && python tiny_architectures.py ../resources/architectures [NAME ...]

golden.json of a folder holds, for each row of ids alone: hidden states, logits, and of a decoder what it writes greedily with its
cache; and the gradients of the mean loss over all rows at some parameters. Matrices are drawn wide enough that each part of a model
shows in its logits.
"""
import json
import re
import shutil
import sys
from pathlib import Path

import torch
import transformers as hf

VOCABULARY, WIDTH, LAYERS, HEADS, INNER, POSITIONS = 48, 16, 2, 4, 24, 64
WRITTEN = 12
DECODER = dict(vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
               num_key_value_heads=2, intermediate_size=INNER, max_position_embeddings=POSITIONS, bos_token_id=1, eos_token_id=2,
               pad_token_id=0)
ENCODER = dict(vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
               intermediate_size=INNER, max_position_embeddings=POSITIONS)


def rope(**values):
    return {"rope_parameters": values}


LLAMA3 = rope(rope_type="llama3", rope_theta=500.0, factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=16)
YARN = rope(rope_type="yarn", rope_theta=100.0, factor=4.0, original_max_position_embeddings=16)
LINEAR = rope(rope_type="linear", rope_theta=100.0, factor=3.0)

DECODERS = {
    "llama": (hf.LlamaForCausalLM, {**DECODER, "rms_norm_eps": 1e-5}),
    "llama-linear": (hf.LlamaForCausalLM, {**DECODER, **LINEAR, "attention_bias": True, "mlp_bias": True}),
    "llama-3": (hf.LlamaForCausalLM, {**DECODER, **LLAMA3, "tie_word_embeddings": True, "head_dim": 6}),
    "llama-yarn": (hf.LlamaForCausalLM, {**DECODER, **YARN}),
    "mistral": (hf.MistralForCausalLM, {**DECODER, "sliding_window": 4}),
    "smollm3": (hf.SmolLM3ForCausalLM, {**DECODER, "num_hidden_layers": 4, "no_rope_layer_interval": 4,
                                       "no_rope_layers": [1, 0, 1, 1], "use_sliding_window": False}),
    "qwen2": (hf.Qwen2ForCausalLM, DECODER),
    "qwen2-sliding": (hf.Qwen2ForCausalLM, {**DECODER, "num_hidden_layers": 3, "use_sliding_window": True, "sliding_window": 4,
                                            "max_window_layers": 1, "tie_word_embeddings": True}),
    "qwen3": (hf.Qwen3ForCausalLM, {**DECODER, "head_dim": 6, "tie_word_embeddings": True}),
    "gemma2": (hf.Gemma2ForCausalLM, {**DECODER, "head_dim": 6, "query_pre_attn_scalar": 9, "sliding_window": 4,
                                     "attn_logit_softcapping": 5.0, "final_logit_softcapping": 8.0}),
    "gemma3": (hf.Gemma3ForCausalLM, {**DECODER, "head_dim": 6, "query_pre_attn_scalar": 9, "sliding_window": 4,
                                     "num_hidden_layers": 3,
                                     "layer_types": ["sliding_attention", "full_attention", "sliding_attention"]}),
    "phi3": (hf.Phi3ForCausalLM, {**DECODER, "sliding_window": 6, "resid_pdrop": 0.0}),
    "gpt2": (hf.GPT2LMHeadModel, dict(vocab_size=VOCABULARY, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, n_positions=POSITIONS,
                                      n_inner=INNER, bos_token_id=1, eos_token_id=2)),
    "llama-sequence": (hf.LlamaForSequenceClassification, {**DECODER, "num_labels": 3}),
    "qwen2-token": (hf.Qwen2ForTokenClassification, {**DECODER, "num_labels": 3}),
    "gpt2-sequence": (hf.GPT2ForSequenceClassification, dict(
        vocab_size=VOCABULARY, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, n_positions=POSITIONS, n_inner=INNER,
        num_labels=3, bos_token_id=1, eos_token_id=2, pad_token_id=0)),
}
DISTILBERT = dict(vocab_size=VOCABULARY, dim=WIDTH, n_layers=LAYERS, n_heads=HEADS, hidden_dim=INNER,
                  max_position_embeddings=POSITIONS)
MODERN = {**ENCODER, "num_hidden_layers": 4, "global_attn_every_n_layers": 3, "local_attention": 4, "pad_token_id": 0,
          "cls_token_id": 1, "sep_token_id": 2, "bos_token_id": 1, "eos_token_id": 2}
ROBERTA = {**ENCODER, "type_vocab_size": 1, "pad_token_id": 1}
ENCODERS = {
    "bert": ("Bert", {**ENCODER}),
    "roberta": ("Roberta", ROBERTA),
    "xlm-roberta": ("XLMRoberta", ROBERTA),
    "distilbert": ("DistilBert", DISTILBERT),
    "modernbert": ("ModernBert", MODERN),
}
HEADS_OF_ENCODERS = {"masked-lm": "ForMaskedLM", "sequence": "ForSequenceClassification", "token": "ForTokenClassification"}


def all_models():
    for name, (cls, config) in DECODERS.items():
        yield name, cls, config
    for name, (family, config) in ENCODERS.items():
        for head, suffix in HEADS_OF_ENCODERS.items():
            labels = {} if head == "masked-lm" else {"num_labels": 3}
            if name == "modernbert" and head == "sequence":
                labels["classifier_pooling"] = "mean"
            yield f"{name}-{head}", getattr(hf, family + suffix), {**config, **labels}


def draw(model, generator):
    """Random parameters that tell: 1 + noise for norms, wide matrices, biases that are not 0."""
    plus_one = model.config.model_type.startswith("gemma")
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() == 1 and name.endswith("weight"):
            value = noise * 0.3 + (0.0 if plus_one else 1.0)
        elif parameter.dim() == 1:
            value = noise * 0.3
        elif "embed" in name or "wte" in name or "wpe" in name:
            value = noise * (0.2 if model.config.tie_word_embeddings else 0.6)
        else:
            value = noise * 1.3 / WIDTH ** 0.5
        parameter.data.copy_(value.half().float())
    model.tie_weights()


def writes(cls):
    return cls.__name__.endswith(("CausalLM", "LMHeadModel"))


def rounded(tensor):
    return [rounded(row) for row in tensor] if tensor.dim() > 1 else [round(value, 5) for value in tensor.tolist()]


def greedy(model, ids):
    """With the cache; the lead of the best token must be more than rounding."""
    output = model.generate(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), max_new_tokens=WRITTEN,
                            do_sample=False, eos_token_id=None, pad_token_id=0, output_logits=True,
                            return_dict_in_generate=True)
    for step in output.logits:
        best = step[0].topk(2).values
        if best[0] - best[1] < 2e-3:
            raise ValueError(f"a tie of {best}")
    written = output.sequences[0, len(ids):].tolist()
    if len(set(written)) < 3:
        raise ValueError(f"always the same: {written}")
    return written


def gradients(model, rows, logits_of):
    """Of the mean over all predictions: the next token, the token itself, or class 1."""
    model.zero_grad()
    losses, kind = [], type(model).__name__
    for ids in rows:
        logits = logits_of(ids)
        if writes(type(model)):
            losses.append(torch.nn.functional.cross_entropy(logits[:-1], torch.tensor(ids[1:]), reduction="none"))
        elif "Masked" in kind:
            losses.append(torch.nn.functional.cross_entropy(logits, torch.tensor(ids), reduction="none"))
        else:
            flat = logits.reshape(-1, logits.shape[-1])
            losses.append(torch.nn.functional.cross_entropy(flat, torch.ones(len(flat), dtype=torch.long), reduction="none"))
    loss = torch.cat(losses).mean()
    loss.backward()
    named = {name: p for name, p in model.named_parameters() if p.grad is not None}
    picked = {}
    for wanted in [r"layers.1.*(q_proj|qkv_proj)|h.1.attn.c_attn|layer.1.*(query|q_lin)|layers.1.attn.Wqkv",
                   r"layers.0.*(gate_proj|gate_up_proj|mlp.Wi)|h.0.mlp.c_fc|layer.0.*(intermediate.dense|lin1)",
                   r"layers.0.*(post_attention_layernorm|mlp_norm)|h.0.ln_2|layer.0.*(output.LayerNorm|sa_layer_norm)"]:
        for name, parameter in named.items():
            if re.search(f"({wanted}).*weight$", name):
                picked[name] = rounded(parameter.grad)
                break
        else:
            raise KeyError(f"{wanted} in {list(named)}")
    return {"loss": loss.item(), "at": picked}


def make(name, cls, config, folder):
    for seed in range(sum(map(ord, name)), 10_000):
        try:
            return drawn(name, cls, config, folder, torch.Generator().manual_seed(seed))
        except ValueError as dull:
            print(name, seed, dull, file=sys.stderr)


def drawn(name, cls, config, folder, generator):
    torch.manual_seed(0)
    model = cls._from_config(cls.config_class(**config), attn_implementation="eager").float().eval()
    draw(model, generator)
    rows = [torch.randint(4, VOCABULARY, (length,), generator=generator).tolist() for length in (11, 5)]

    def outputs(ids):
        return model(input_ids=torch.tensor([ids]), output_hidden_states=True)

    def logits_of(ids):
        return outputs(ids).logits[0]

    cases = []
    with torch.no_grad():
        for ids in rows:
            case = {"ids": ids, "hidden": rounded(model.base_model(input_ids=torch.tensor([ids])).last_hidden_state[0]),
                    "logits": rounded(logits_of(ids))}
            if writes(cls):
                case["greedy"] = greedy(model, ids)
            cases.append(case)
    golden = {"made by": f"transformers {hf.__version__}, torch {torch.__version__}", "cases": cases,
              "gradients": gradients(model, rows, logits_of)}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model.half().save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    (folder / "model.safetensors").chmod(0o644)
    (folder / "golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(name, sum(file.stat().st_size for file in folder.iterdir()), cases[0].get("greedy"), file=sys.stderr)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for each, kind, values in all_models():
        if not sys.argv[2:] or each in sys.argv[2:]:
            make(each, kind, values, Path(sys.argv[1]) / each)
