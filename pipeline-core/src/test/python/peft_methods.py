# SPDX-License-Identifier: Apache-2.0
"""Adapters of the tiny models of src/test/resources/architectures, both ways between PEFT and here.

    pip install torch==2.15.0 transformers==5.24.0 peft==0.21.2 safetensors
    peft_methods.py make RESOURCES      makes RESOURCES/peft: what PEFT writes for each method, with what it computes
    peft_methods.py check RESOURCES DIR reads what AdapterInteropTest wrote to DIR, and fails unless PEFT gives the same within 1e-4

Nothing is trained: every parameter of an adapter is moved by noise, so that each of them matters.
"""
import json
import shutil
import sys
import warnings
from pathlib import Path

import torch
import transformers as hf
from peft import IA3Config, LoraConfig, PeftModel, PrefixTuningConfig, PromptTuningConfig, get_peft_model

TOLERANCE = 1e-4
ROWS = [[5, 9, 31, 7, 22, 14, 40], [8, 11, 6]]
CLASSES = {
    "CAUSAL_LM": hf.AutoModelForCausalLM,
    "SEQ_CLS": hf.AutoModelForSequenceClassification,
    "TOKEN_CLS": hf.AutoModelForTokenClassification,
    "FEATURE_EXTRACTION": hf.AutoModel,
    None: hf.AutoModelForMaskedLM,
}
LINEAR = {"target_modules": "all-linear", "r": 4, "lora_alpha": 6}
MADE = {
    "lora-llama": ("llama", LoraConfig(task_type="CAUSAL_LM", **LINEAR)),
    "lora-gpt2": ("gpt2", LoraConfig(task_type="CAUSAL_LM", **LINEAR)),
    "lora-head": ("llama", LoraConfig(task_type="CAUSAL_LM", target_modules=["q_proj", "lm_head"], modules_to_save=["embed_tokens"])),
    "rslora-phi3": ("phi3", LoraConfig(task_type="CAUSAL_LM", use_rslora=True, **LINEAR)),
    "dora-qwen3": ("qwen3", LoraConfig(task_type="CAUSAL_LM", use_dora=True, **LINEAR)),
    "dora-gpt2": ("gpt2", LoraConfig(task_type="CAUSAL_LM", use_dora=True, **LINEAR)),
    "pissa-mistral": ("mistral", LoraConfig(task_type="CAUSAL_LM", init_lora_weights="pissa", **LINEAR)),
    "patterns-gemma2": ("gemma2", LoraConfig(task_type="CAUSAL_LM", target_modules=["q_proj", "v_proj"], rank_pattern={"layers.0.*": 2},
                                             alpha_pattern={"v_proj": 40})),
    "lora-llama-features": ("llama", LoraConfig(task_type="FEATURE_EXTRACTION", **LINEAR)),
    "lora-llama-sequence": ("llama-sequence", LoraConfig(task_type="SEQ_CLS", **LINEAR)),
    "lora-qwen2-token": ("qwen2-token", LoraConfig(task_type="TOKEN_CLS", target_modules=["q_proj", "down_proj"])),
    "lora-roberta-sequence": ("roberta-sequence", LoraConfig(task_type="SEQ_CLS", target_modules=["query", "value"])),
    "lora-distilbert-sequence": ("distilbert-sequence", LoraConfig(task_type="SEQ_CLS", target_modules=["q_lin", "v_lin"],
                                                                   modules_to_save=["classifier", "pre_classifier"])),
    "lora-modernbert-sequence": ("modernbert-sequence", LoraConfig(task_type="SEQ_CLS", target_modules=["Wqkv", "mlp.Wo"],
                                                                   modules_to_save=["classifier", "head"])),
    "lora-bert-token": ("bert-token", LoraConfig(task_type="TOKEN_CLS", target_modules=["query", "output.dense"])),
    "lora-bert-words": ("bert-masked-lm", LoraConfig(target_modules=["query", "value"])),
    "ia3-llama": ("llama", IA3Config(task_type="CAUSAL_LM")),
    "ia3-gpt2": ("gpt2", IA3Config(task_type="CAUSAL_LM")),
    "ia3-bert-sequence": ("bert-sequence", IA3Config(task_type="SEQ_CLS", modules_to_save=["classifier", "pooler"])),
    "prefix-llama": ("llama", PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3)),
    "prefix-gpt2": ("gpt2", PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3)),
    "prefix-projection-qwen3": ("qwen3", PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4, prefix_projection=True,
                                                            encoder_hidden_size=8)),
    "prefix-gemma3": ("gemma3", PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3)),
    "prompt-llama": ("llama", PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3)),
    "prompt-gpt2": ("gpt2", PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3)),
    "prompt-gemma2": ("gemma2", PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3)),
    "prompt-llama-sequence": ("llama-sequence", PromptTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=3)),
}


def base(resources, family, task, labels=None):
    options = {"num_labels": len(labels), "ignore_mismatched_sizes": True} if labels else {}
    cls = CLASSES[task]
    return cls.from_pretrained(resources / "architectures" / family, dtype=torch.float32, attn_implementation="eager", **options)


def outputs(model, ids, virtual):
    """Of one row, without what stands for virtual tokens."""
    with torch.no_grad():
        out = model(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long))
    rows = (out.logits if hasattr(out, "logits") else out.last_hidden_state)[0]
    return rows[virtual:] if rows.dim() == 2 and len(rows) == len(ids) + virtual else rows


def make(resources):
    shutil.rmtree(resources / "peft", ignore_errors=True)
    for name, (family, config) in MADE.items():
        torch.manual_seed(7)
        task = config.task_type and str(config.task_type.value if hasattr(config.task_type, "value") else config.task_type)
        model = get_peft_model(base(resources, family, task), config)
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.requires_grad:
                    parameter.add_(torch.randn_like(parameter) * 0.2)
        folder = resources / "peft" / name
        model.save_pretrained(folder)
        (folder / "README.md").unlink(missing_ok=True)
        written = json.loads((folder / "adapter_config.json").read_text())
        written["base_model_name_or_path"] = family
        for key, value in written.items():
            if isinstance(value, list):
                written[key] = sorted(value)
        (folder / "adapter_config.json").write_text(json.dumps(written, indent=2, sort_keys=True) + "\n")
        loaded = PeftModel.from_pretrained(base(resources, family, task), folder).eval()
        virtual = getattr(config, "num_virtual_tokens", 0) if "PROMPT" in str(config.peft_type) else 0
        cases = [{"ids": ids, "outputs": [round(x, 6) for x in outputs(loaded, ids, virtual).flatten().tolist()]} for ids in ROWS]
        labels = ["a", "b", "c"] if task in ("SEQ_CLS", "TOKEN_CLS") else []
        (folder / "golden.json").write_text(json.dumps({"family": family, "labels": labels, "cases": cases}) + "\n")
        print(name, cases[0]["outputs"][:3])


def check(resources, folder):
    worst, count, bad = 0.0, 0, []
    for case in sorted(folder.glob("*/case.json")):
        told = json.loads(case.read_text())
        stored = case.parent / "adapter_config.json"
        config = json.loads(stored.read_text()) if stored.exists() else {}
        if "peft_type" not in config:
            continue  # a method that PEFT does not have: adapterhub.py looks at bottleneck adapters
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            model = PeftModel.from_pretrained(base(resources, told["family"], config["task_type"], told["labels"]), str(case.parent)).eval()
        lost = [str(w.message) for w in said if "missing" in str(w.message) or "unexpected" in str(w.message).lower()]
        virtual = config["num_virtual_tokens"] if config["peft_type"] == "PROMPT_TUNING" else 0
        off = max((outputs(model, each["ids"], virtual).flatten() - torch.tensor(each["outputs"])).abs().max().item() for each in told["cases"])
        if (case.parent / "merged").exists():
            merged = CLASSES[config["task_type"]].from_pretrained(case.parent / "merged", attn_implementation="eager").eval()
            off = max(off, *((outputs(merged, each["ids"], 0).flatten() - torch.tensor(each["outputs"])).abs().max().item()
                             for each in told["cases"]))
        worst, count = max(worst, off), count + 1
        if lost or not off <= TOLERANCE:
            bad.append(f"{case.parent.name} ({told['method']}): {off:.2e} {lost}")
    print(f"{count} adapters: largest difference {worst:.2e}")
    if bad or not count:
        sys.exit("\n".join(bad) or f"{folder} has no adapters")


if __name__ == "__main__":
    torch.set_num_threads(1)
    {"make": make, "check": check}[sys.argv[1]](*map(Path, sys.argv[2:]))
