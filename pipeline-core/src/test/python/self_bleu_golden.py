# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/dev/graft/report/self-bleu.json: nltk's sentence_bleu of each text against all others.

    pip install nltk && python self_bleu_golden.py > ../resources/dev/graft/report/self-bleu.json
"""
import json
import re

import nltk
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

TEXTS = [
    "My card was charged twice for the same order, can someone look into this?",
    "My card was charged two times for the same order, can anyone look into this?",
    "my card was charged twice for this order. Can someone look into the same order?",
    "Can't log in since the update, and the update is the same as the update before.",
    "where is my parcel, tracking hasn't moved since monday!!",
    "Tracking!",
    "Où est mon colis ?",
    "Please cancel my subscription before the next billing date.",
    "Please cancel my subscription before the next billing date, please cancel.",
    "☃",
]


def words(text):
    return re.findall(r"\w+(?:['’-]\w+)*|\S", text.lower())


def self_bleu(texts):
    split = [words(text) for text in texts]
    smooth = SmoothingFunction(epsilon=0.1).method1
    return [
        sentence_bleu(split[:i] + split[i + 1 :], split[i], (0.25,) * 4, smooth) for i in range(len(split))
    ]


cases = [TEXTS, TEXTS[:2], TEXTS[:5], TEXTS[7:9], [TEXTS[0]] * 3, TEXTS[5:]]
golden = [{"texts": texts, "each": self_bleu(texts), "mean": sum(self_bleu(texts)) / len(texts)} for texts in cases]
print(json.dumps({"nltk": nltk.__version__, "cases": golden}, indent=1, ensure_ascii=False))
