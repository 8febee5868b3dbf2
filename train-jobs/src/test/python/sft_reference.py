# SPDX-License-Identifier: Apache-2.0
"""The peer of `graft train conf/sft.conf`: transformers + PEFT in a plain loop, the same rows in the same batches.

    python sft_reference.py FOLDER_WITH_THE_GGUF TRAIN.jsonl HELD.jsonl ORDER.json ALPHA PASS_TOKENS

ORDER.json is what TrainingOrder (tests of train-jobs) writes. Rate 5e-4 falling to 0, r = 8 on all linear maps, at most 512 tokens,
loss on the assistant's turns alone, as the mean over the label tokens of the step; PASS_TOKENS bounds what is read at once (padding
counted; 0 for a whole batch), which changes memory and not the result. Threads: OMP_NUM_THREADS.
"""
import json, os, resource, sys, time

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

NAME, MOST, RATE = "SmolLM2-135M-Instruct.Q4_1.gguf", 512, 5e-4


def encoded(tokenizer, messages):
    """Ids, and labels: of each answer the words and the token that ends its turn."""
    ids, labels = [], []
    for i, turn in enumerate(messages):
        upto = tokenizer.apply_chat_template(messages[: i + 1], tokenize=True, return_dict=False)
        new = [-100] * (len(upto) - len(ids))
        if turn["role"] == "assistant":
            before = tokenizer.apply_chat_template(messages[:i], tokenize=True, add_generation_prompt=True, return_dict=False)
            assert upto[: len(before)] == before
            for at in range(len(before), len(upto) - 1):
                new[at - len(ids)] = upto[at]
        ids, labels = upto, labels + new
    return ids[:MOST], labels[:MOST]


def passes(rows, most):
    """Rows of one step in passes of at most so many tokens, padding counted."""
    rows, now = sorted(rows, key=lambda row: len(row[0])), []
    for row in rows:
        if now and most and (len(now) + 1) * max(len(row[0]), len(now[-1][0])) > most:
            yield now
            now = []
        now.append(row)
    yield now


def total(model, rows):
    """Sum of the losses of the label tokens, in nats."""
    width = max(len(ids) for ids, _ in rows)
    ids = torch.tensor([ids + [0] * (width - len(ids)) for ids, _ in rows])
    labels = torch.tensor([labels + [-100] * (width - len(labels)) for _, labels in rows])
    mask = torch.tensor([[1] * len(each) + [0] * (width - len(each)) for each, _ in rows])
    logits = model(input_ids=ids, attention_mask=mask).logits
    return torch.nn.functional.cross_entropy(
        logits[:, :-1].reshape(-1, logits.shape[-1]), labels[:, 1:].reshape(-1), reduction="sum", ignore_index=-100)


def targets(rows):
    return sum(sum(label != -100 for label in labels[1:]) for _, labels in rows)


def held_out(model, rows, most):
    model.eval()
    with torch.no_grad():
        loss = sum(total(model, part).item() for part in passes(rows, most or 2048)) / targets(rows)
    model.train()
    return loss


def main():
    folder, train, held, order, alpha, most = sys.argv[1:7]
    alpha, most = int(alpha), int(most)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    torch.manual_seed(42)
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=NAME)
    read = lambda file: [encoded(tokenizer, json.loads(line)["messages"]) for line in open(file)]
    rows, others = read(train), read(held)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=NAME, dtype=torch.float32)
    model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=alpha, target_modules="all-linear"))
    print(f"before: {held_out(model, others, most):.4f} over {targets(others)} label tokens", flush=True)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.0)
    batches = json.load(open(order))
    start, cpu, tokens = time.time(), time.process_time(), 0
    for step, batch in enumerate(batches):
        batch = [rows[i] for i in batch]
        n = targets(batch)
        loss = 0.0
        for part in passes(batch, most):
            each = total(model, part) / n
            each.backward()
            loss += each.item()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - step / len(batches))
        optimizer.step()
        optimizer.zero_grad()
        tokens += sum(len(ids) for ids, _ in batch)
        print(f"step {step + 1} of {len(batches)}: {loss:.4f}", flush=True)
    seconds, cpu = time.time() - start, time.process_time() - cpu
    print(f"alpha {alpha}: after {held_out(model, others, most):.4f}; {tokens} tokens, {tokens / seconds:.0f} a second, "
          f"{tokens / cpu:.1f} a CPU second; peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
