# SPDX-License-Identifier: Apache-2.0
"""Bottleneck adapters of the tiny models of src/test/resources/architectures, both ways between the library adapters and here.

    pip install torch==2.15.0 adapters==1.3.0 transformers==4.57.6 safetensors
    adapterhub.py make RESOURCES      makes RESOURCES/adapterhub: what the library writes, with what it computes
    adapterhub.py check RESOURCES DIR reads what AdapterInteropTest wrote to DIR, and fails unless the library gives the same within 1e-4

Nothing is trained: every parameter of an adapter and of a head of classes is moved by noise, so that each of them matters.
"""
import json
import shutil
import sys
from pathlib import Path

sys.path.pop(0)  # this folder has an adapters.py of its own
import adapters  # noqa: E402
import torch  # noqa: E402
import transformers as hf  # noqa: E402

TOLERANCE = 1e-4
ROWS = [[5, 9, 31, 7, 22, 14, 40], [8, 11, 6]]
CLASSES = [
    ("ForCausalLM", hf.AutoModelForCausalLM),
    ("LMHeadModel", hf.AutoModelForCausalLM),
    ("ForSequenceClassification", hf.AutoModelForSequenceClassification),
    ("ForTokenClassification", hf.AutoModelForTokenClassification),
    ("ForMaskedLM", hf.AutoModelForMaskedLM),
    ("Model", hf.AutoModel),
]
# Families that the library has classes of its own for.
FAMILIES = {"bert", "roberta", "xlm-roberta", "distilbert", "gpt2", "llama", "mistral"}
MADE = {
    "houlsby-bert-sequence": ("bert-sequence", adapters.DoubleSeqBnConfig(reduction_factor=4), True),
    "pfeiffer-roberta-token": ("roberta-token", adapters.SeqBnConfig(reduction_factor=4), False),
    "parallel-distilbert-sequence": ("distilbert-sequence", adapters.ParBnConfig(), True),
    "pfeiffer-bert-masked-lm": ("bert-masked-lm", adapters.SeqBnConfig(non_linearity="gelu"), False),
    "houlsby-llama": ("llama", adapters.DoubleSeqBnConfig(reduction_factor=4), True),
    "parallel-mistral": ("mistral", adapters.ParBnConfig(reduction_factor=4), True),
    "pfeiffer-gpt2": ("gpt2", adapters.SeqBnConfig(reduction_factor=2), True),
}


def base(resources, family, model_class, labels=None):
    cls = next(cls for end, cls in CLASSES if model_class.endswith(end))
    folder = resources / "architectures" / family
    config = hf.AutoConfig.from_pretrained(folder)
    if isinstance(getattr(config, "rope_parameters", None), dict):  # as the older transformers calls it
        config.rope_theta = config.rope_parameters.pop("rope_theta", 10000.0)
        if config.rope_parameters.get("rope_type", "default") != "default":
            config.rope_scaling = config.rope_parameters
    if labels:
        config.num_labels = len(labels)
    model = cls.from_pretrained(folder, config=config, dtype=torch.float32, attn_implementation="eager", ignore_mismatched_sizes=True)
    adapters.init(model)
    return model.eval()


def outputs(model, ids):
    with torch.no_grad():
        out = model(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long))
    return (out.logits if hasattr(out, "logits") else out.last_hidden_state)[0]


def make(resources):
    shutil.rmtree(resources / "adapterhub", ignore_errors=True)
    (resources / "adapterhub").mkdir()
    for name, (family, config, safetensors) in MADE.items():
        torch.manual_seed(7)
        told = json.loads((resources / "architectures" / family / "config.json").read_text())
        model = base(resources, family, told["architectures"][0])
        classes = family.endswith(("-sequence", "-token"))
        labels = ["a", "b", "c"] if classes else []
        if classes:
            model.config.id2label = dict(enumerate(labels))
            model.config.label2id = {label: i for i, label in enumerate(labels)}
        model.add_adapter("task", config=config)
        model.train_adapter("task")
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                if ".adapters." in key or classes and key.split(".")[0] in ("classifier", "pre_classifier", "score"):
                    parameter.add_(torch.randn_like(parameter) * 0.2)
        model.eval()
        folder = resources / "adapterhub" / name
        model.save_adapter(str(folder), "task", use_safetensors=safetensors)
        for file in folder.glob("*_config.json"):
            written = json.loads(file.read_text())
            file.write_text(json.dumps({**written, "model_name": family}, indent=2, sort_keys=True) + "\n")
        cases = [{"ids": ids, "outputs": [round(x, 6) for x in outputs(model, ids).flatten().tolist()]} for ids in ROWS]
        (folder / "golden.json").write_text(json.dumps({"family": family, "labels": labels, "cases": cases}) + "\n")
        print(name, cases[0]["outputs"][:3], sorted(each.name for each in folder.iterdir()))


def check(resources, folder):
    worst, count, bad = 0.0, 0, []
    for case in sorted(folder.glob("*/case.json")):
        told = json.loads(case.read_text())
        config = json.loads((case.parent / "adapter_config.json").read_text())
        if "peft_type" in config or config["model_type"] not in FAMILIES:
            continue
        model = base(resources, told["family"], config["model_class"], told["labels"])
        said = {}
        name = model.load_adapter(str(case.parent), set_active=True, use_safetensors=True, loading_info=said)
        lost = [key for key in said.get("missing_keys", []) + said.get("unexpected_keys", []) if ".adapters." in key]
        off = max((outputs(model.eval(), each["ids"]).flatten() - torch.tensor(each["outputs"])).abs().max().item() for each in told["cases"])
        worst, count = max(worst, off), count + 1
        if lost or not off <= TOLERANCE:
            bad.append(f"{case.parent.name} ({told['method']}) as {name}: {off:.2e} {lost}")
    print(f"{count} adapters: largest difference {worst:.2e}")
    if bad or not count:
        sys.exit("\n".join(bad) or f"{folder} has no adapters")


if __name__ == "__main__":
    torch.set_num_threads(1)
    {"make": make, "check": check}[sys.argv[1]](*map(Path, sys.argv[2:]))
