# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/adapters: adapters of tiny-bert as PEFT writes them, each with the logits that PEFT computes.

    pip install torch transformers peft && python adapters.py ../resources

Nothing is trained: every parameter of an adapter is moved by noise, so that each of them matters. Half of the adapters have no
more than what PEFT writes; labels.json stands beside them all.
"""
import json
import shutil
import sys
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

TEXTS = ["my mother bought a red lamp in the shop yesterday.", "the old phone did not work and the man was sad.", "hello", ""]
TARGETS = ["query", "value"]
VARIANTS = {
    "plain": {"target_modules": TARGETS},
    "rslora": {"target_modules": TARGETS, "use_rslora": True},
    "dora": {"target_modules": ["query", "dense"], "exclude_modules": ".*pooler.*", "use_dora": True},
    "patterns": {
        "target_modules": ["query", "key", "value", "attention.output.dense"],
        "rank_pattern": {"value": 2, "layer.1.attention.self.query": 8},
        "alpha_pattern": {"bert.encoder.layer.0.*key": 40, "value": 3},
        "use_rslora": True,
    },
    "regex": {"target_modules": r".*layer\.[01]\.(intermediate|output)\.dense", "init_lora_weights": "gaussian"},
    "all-linear": {"target_modules": "all-linear", "init_lora_weights": "orthogonal"},
    "pissa": {"target_modules": ["query", "output.dense"], "init_lora_weights": "pissa"},
}


def main(resources):
    base = str(resources / "tiny-bert")
    tokenizer = Tokenizer.from_file(base + "/tokenizer.json")
    for name, options in VARIANTS.items():
        torch.manual_seed(7)
        model = BertForSequenceClassification.from_pretrained(base, num_labels=3, dtype=torch.float32)
        config = LoraConfig(task_type="SEQ_CLS", r=4, lora_alpha=6, modules_to_save=["classifier", "pooler"], **options)
        model = get_peft_model(model, config)
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.requires_grad:
                    parameter.add_(torch.randn_like(parameter) * 0.2)
        folder = resources / "adapters" / name
        shutil.rmtree(folder, ignore_errors=True)
        model.save_pretrained(folder)
        (folder / "README.md").unlink(missing_ok=True)
        config = json.loads((folder / "adapter_config.json").read_text())
        config["base_model_name_or_path"] = "tiny-bert"
        for key, value in config.items():
            if isinstance(value, list):
                config[key] = sorted(value)
        (folder / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
        fresh = BertForSequenceClassification.from_pretrained(base, num_labels=3, dtype=torch.float32)
        loaded = PeftModel.from_pretrained(fresh, folder).eval()
        logits = []
        for text in TEXTS:
            ids = torch.tensor([tokenizer.encode(text).ids])
            with torch.no_grad():
                logits.append(loaded(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0].tolist())
        (folder / "golden.json").write_text(json.dumps({"texts": TEXTS, "logits": logits}) + "\n")
        print(name, logits[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
