# SPDX-License-Identifier: Apache-2.0
"""The other peer of `graft train conf/sft.conf`: TRL's SFTTrainer with PEFT, rows packed or not.

    python sft_trl.py FOLDER_WITH_THE_GGUF TRAIN.jsonl ROWS_A_PASS PASSES_A_STEP [packed]

Rate 5e-4 falling to 0, r = 8 on all linear maps, fp32 on the CPU, at most 512 tokens (of a row, or of a line of packed rows), loss on the
assistant's turns alone, one pass over the rows. Prints tokens, padding not counted, and CPU seconds of train alone. Threads: OMP_NUM_THREADS.
"""
import json, os, resource, sys, tempfile, time

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

from sft_reference import MOST, NAME, RATE, encoded

folder, train, rows, passes = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=NAME)
texts = [encoded(tokenizer, json.loads(line)["messages"]) for line in open(train)]
data = Dataset.from_list([{"input_ids": ids, "labels": labels} for ids, labels in texts])
model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=NAME, dtype=torch.float32)
model.is_quantized = False  # the file was, its tensors are floats now; the trainer would refuse them
del model.config.quantization_config, model.quantization_method
trainer = SFTTrainer(
    model,
    args=SFTConfig(
        output_dir=tempfile.mkdtemp(), use_cpu=True, bf16=False, gradient_checkpointing=False, report_to="none", save_strategy="no",
        per_device_train_batch_size=rows, gradient_accumulation_steps=passes, num_train_epochs=1, max_length=MOST,
        packing="packed" in sys.argv, learning_rate=RATE, lr_scheduler_type="linear", logging_steps=1),
    train_dataset=data,
    processing_class=tokenizer,
    peft_config=LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=16, target_modules="all-linear"))
cpu = time.process_time()
trainer.train()
cpu = time.process_time() - cpu
tokens = sum(len(ids) for ids, _ in texts)
print(f"| TRL, {rows} x {passes}{', packed' if 'packed' in sys.argv else ''} | {tokens} | {cpu:.0f} | {tokens / cpu:.1f} "
      f"| {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} |")
