# SPDX-License-Identifier: Apache-2.0
"""Writes what sacreBLEU says of some texts and their references, a corpus at a time.

    pip install sacrebleu==2.6.0 && python sacrebleu_golden.py ../resources/dev/graft/stats/sacrebleu.json
"""
import json
import random
import sys

import sacrebleu

TEXTS = [
    "A man in an orange hat starring at something.", "Two dogs play on the grass, near a lake.", "It costs 1,140.00 euros (or $1,200).",
    "A \"quoted\" word &quot;and&quot; Tom & Jerry's <b>cat</b>.", "Ein Mann fährt – ohne Helm – Fahrrad…", "日本語 の 文章 です。",
    "no punctuation here", "e-mail me at a.b@c.de, please!", "x", "5-year-old 3-4 .5 ,6 7.", "tab\tand\u00a0wide\u3000spaces", "😀 smile 😀",
]
WORDS = "a the dog man runs, jumps. over 3.5 hats blue; near & far".split()


def changed(text, rng):
    words = text.split(" ")
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(words))
        words[at:at + rng.randrange(2)] = [rng.choice(WORDS)]
    return " ".join(words)


def corpora(rng):
    yield TEXTS, TEXTS
    yield TEXTS, TEXTS[::-1]
    yield ["", "a b c"], ["a b c d e", ""]
    yield ["nothing shared"], ["xyz"]
    yield ["the the the the the"], ["the cat sat"]
    yield ["one two"], ["one two"]
    for size in (1, 2, 3, 12, 40):
        for _ in range(4):
            references = [rng.choice(TEXTS) for _ in range(size)]
            yield [changed(each, rng) for each in references], references


cases = [{"texts": texts, "references": references, "bleu": sacrebleu.corpus_bleu(texts, [references]).score,
          "chrf": sacrebleu.corpus_chrf(texts, [references]).score} for texts, references in corpora(random.Random(4))]
with open(sys.argv[1], "w") as out:
    json.dump({"made by": f"sacrebleu {sacrebleu.__version__}", "cases": cases}, out, ensure_ascii=False, separators=(",", ":"))
    out.write("\n")
