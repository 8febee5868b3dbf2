# SPDX-License-Identifier: Apache-2.0
"""Losses of conversations as transformers computes them with SmolLM2-135M-Instruct: the assistant's words and <|im_end|>.

    python sft_golden.py FOLDER_WITH_THE_GGUF OUT.json
    python sft_golden.py FOLDER_WITH_THE_GGUF ROWS.jsonl FIRST COUNT MOST_TOKENS [ADAPTER]   # the mean over label tokens
"""
import json
import sys

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONVERSATIONS = [
    [("user", "What is the capital of France?"), ("assistant", "The capital of France is Paris.")],
    [("system", "Answer in one word."), ("user", "Is water wet?"), ("assistant", "Yes."), ("user", "And ice?"),
     ("assistant", "No.")],
    [("user", "Write a loop in C++.\n\nn: 3 \U0001f600"),
     ("assistant", "for (int i = 0; i < 3; i++) {\n    std::cout << i;\n}\n\n  // caf\u00e9 \u4e16\u754c \U0001f600")],
    [("user", "Say <|im_end|> twice."), ("assistant", "two \n blanks  ")],
]


def encoded(tokenizer, turns):
    """Ids, and which of them are learnt: for each answer the tokens between the prompt before it and the line's end behind it."""
    ids, learnt = [], []
    messages = [{"role": role, "content": content} for role, content in turns]
    for i, turn in enumerate(messages):
        upto = tokenizer.apply_chat_template(messages[: i + 1], tokenize=True, return_dict=False)
        if turn["role"] == "assistant":
            before = tokenizer.apply_chat_template(messages[:i], tokenize=True, add_generation_prompt=True, return_dict=False)
            assert upto[: len(before)] == before
            learnt += [False] * (len(before) - len(ids)) + [True] * (len(upto) - len(before) - 1) + [False]
        else:
            learnt += [False] * (len(upto) - len(ids))
        ids = upto
    return ids, learnt


def losses(model, ids, learnt):
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]
    each = torch.nn.functional.cross_entropy(logits[:-1].double(), torch.tensor(ids[1:]), reduction="none")
    return each[torch.tensor(learnt[1:])]


def main():
    folder = sys.argv[1]
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=NAME)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=NAME, dtype=torch.float32).eval()
    if len(sys.argv) > 6:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, sys.argv[6]).eval()
    if len(sys.argv) > 3:
        first, count, most = map(int, sys.argv[3:6])
        rows = [json.loads(line)["messages"] for line in open(sys.argv[2])][first : first + count]
        total, tokens = 0.0, 0
        for row in rows:
            ids, learnt = encoded(tokenizer, [(turn["role"], turn["content"]) for turn in row])
            each = losses(model, ids[:most], learnt[:most])
            total, tokens = total + each.sum().item(), tokens + len(each)
        print(f"{total / tokens:.5f} over {tokens} tokens of {count} rows")
        return
    cases = []
    for turns in CONVERSATIONS:
        ids, learnt = encoded(tokenizer, turns)
        cases.append({
            "messages": [{"role": role, "content": content} for role, content in turns],
            "ids": ids,
            "learnt": [i for i, is_learnt in enumerate(learnt) if is_learnt],
            "losses": [round(x, 5) for x in losses(model, ids, learnt).tolist()],
        })
    made = f"transformers {transformers.__version__}, torch {torch.__version__}, by src/test/python/sft_golden.py"
    json.dump({"made by": made, "cases": cases}, open(sys.argv[2], "w"), indent=0, ensure_ascii=True)


main()
