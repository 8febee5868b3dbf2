"""The peer of LoraBenchmark.java: transformers + PEFT in a plain loop.

Arguments: base folder, JSON Lines file, threads, epochs, "sorted" or "shuffled" for rows of like or any length in a batch.
"""
import json, random, resource, sys, time

import torch
from peft import LoraConfig, get_peft_model
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

base, corpus, threads, epochs, order = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
torch.set_num_threads(threads)
torch.manual_seed(0)
rows = [json.loads(line) for line in open(corpus)][:500]
labels = sorted({row["label"] for row in rows})
tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{base}/tokenizer.json", pad_token="[PAD]")
tokenizer.backend_tokenizer.no_padding()
model = BertForSequenceClassification.from_pretrained(base, num_labels=len(labels))
model = get_peft_model(model, LoraConfig(
    task_type="SEQ_CLS", r=8, lora_alpha=16, lora_dropout=0.1,
    target_modules=["query", "value"], modules_to_save=["classifier", "pooler"]))
model.train()
trained = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=1e-3, weight_decay=0.01)
for epoch in range(epochs):
    random.Random(epoch).shuffle(rows)
    start = time.time()
    losses = []
    ordered = sorted(rows, key=lambda row: len(row["text"])) if order == "sorted" else rows
    for i in range(0, len(ordered), 32):
        batch = ordered[i:i + 32]
        inputs = tokenizer([row["text"] for row in batch], padding=True, return_tensors="pt")
        inputs.pop("token_type_ids", None)
        loss = model(**inputs, labels=torch.tensor([labels.index(row["label"]) for row in batch])).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    print(f"peft, {order}: {len(rows) / (time.time() - start):.0f} examples/s", flush=True)
print(f"peft, {order}: loss of the last epoch {sum(losses) / len(losses):.3f}, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss} kB")
