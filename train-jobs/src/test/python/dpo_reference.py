# SPDX-License-Identifier: Apache-2.0
"""The peer of `graft train` with objective dpo: TRL's DPOTrainer, the same pairs in the same batches.

    python dpo_reference.py FOLDER_WITH_THE_GGUF TRAIN.jsonl HELD.jsonl ORDER.json

Rows of prompt, chosen and rejected as lists of messages. ORDER.json is what TrainingOrder (tests of train-jobs) writes. LoRA r = 8, alpha
16 on all linear maps, beta 0.1, rate 2e-4 falling to 0. `pairs.py` of this folder makes the pairs.
"""
import json, resource, sys, time

import datasets.fingerprint
import torch
from datasets import Dataset
from peft import LoraConfig
from torch.utils.data import SequentialSampler
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import DPOConfig, DPOTrainer

NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"


# Nothing is cached, so nothing needs a name; to find one, every function would be pickled.
datasets.fingerprint.Hasher.hash = classmethod(lambda cls, value: f"{id(value):016x}")


class InOrder(DPOTrainer):
    def _get_train_sampler(self, dataset=None):
        return SequentialSampler(dataset if dataset is not None else self.train_dataset)


def main():
    folder, train, held, order = sys.argv[1:5]
    torch.manual_seed(42)
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=NAME)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=NAME, dtype=torch.float32)
    # The weights are fp32 now, whatever file they came of.
    model.is_quantized, model.hf_quantizer, model.quantization_method = False, None, None
    del model.config.quantization_config
    read = lambda file: [json.loads(line) for line in open(file)]
    batches, rows = json.load(open(order)), read(train)
    size = max(map(len, batches))
    settings = DPOConfig(
        output_dir="/tmp/dpo-reference", beta=0.1, learning_rate=2e-4, lr_scheduler_type="linear", warmup_steps=0,
        per_device_train_batch_size=size, per_device_eval_batch_size=size, num_train_epochs=1, max_length=512, seed=42,
        bf16=False, fp16=False, use_cpu=True, gradient_checkpointing=False, max_grad_norm=1.0, weight_decay=0.0, logging_steps=1,
        save_strategy="no", report_to=[], disable_tqdm=True, dataloader_num_workers=0)
    trainer = InOrder(
        model=model, args=settings, processing_class=tokenizer,
        train_dataset=Dataset.from_list([rows[i] for batch in batches for i in batch]), eval_dataset=Dataset.from_list(read(held)),
        peft_config=LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=16, target_modules="all-linear"))
    start, cpu = time.time(), time.process_time()
    trainer.train()
    print(f"trained in {time.time() - start:.0f} s, {time.process_time() - cpu:.0f} CPU s", flush=True)
    found = trainer.evaluate()
    print({key: round(value, 4) for key, value in found.items() if "rewards" in key or key == "eval_loss"},
          f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
