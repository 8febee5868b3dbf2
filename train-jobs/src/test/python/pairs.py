# SPDX-License-Identifier: Apache-2.0
"""Pairs for DPO of conversations of one question: chosen is the answer, rejected is another's.

    python pairs.py CONVERSATIONS.jsonl FIRST TRAIN HELD OUT_TRAIN.jsonl OUT_HELD.jsonl
"""
import json, sys

rows = [json.loads(line)["messages"] for line in open(sys.argv[1])]
first, train, held = map(int, sys.argv[2:5])
rows = [row for row in rows[first:] if len(row) == 2 and 60 < len(row[1]["content"]) < 350 and len(row[0]["content"]) < 250]
rows = rows[: train + held]
pairs = [{"prompt": row[:1], "chosen": row[1:], "rejected": rows[(i + 37) % len(rows)][1:]} for i, row in enumerate(rows)]
for file, some in ((sys.argv[5], pairs[:train]), (sys.argv[6], pairs[train:])):
    open(file, "w").write("".join(json.dumps(pair) + "\n" for pair in some))
