# SPDX-License-Identifier: Apache-2.0
"""ROUGE-L as the package rouge-score gives it (no stemmer), the mean of the F measures in percent, for TextMatchTest.

    python rouge_golden.py SACREBLEU.json OUT.json
"""
import importlib.metadata, json, sys

from rouge_score.rouge_scorer import RougeScorer

scorer = RougeScorer(["rougeL"])
more = [
    (["The cat sat."], ["the Cat, SAT!"]), ([""], ["a b"]), (["a b"], [""]), (["..."], ["!!!"]), (["Zürich 5.5%"], ["zurich 5 5"]),
    (["a b c d e f g", "x y"], ["g f e d c b a", "x q y"]), (["one two three four"], ["one three two four"]), (["日本語 abc"], ["abc 日本"]),
    (["def f(x):\n    return x_1 + 2"], ["def g(x):\n  return x_1+3"]), (["a a a a b"], ["a b a b a"]), (["İstanbul K"], ["istanbul k"]),
]
cases = [(each["texts"], each["references"]) for each in json.load(open(sys.argv[1]))["cases"]] + more
made = [{"texts": texts, "references": references,
         "rougeL": 100 * sum(scorer.score(r, t)["rougeL"].fmeasure for t, r in zip(texts, references)) / len(texts)}
        for texts, references in cases]
json.dump({"made by": f"rouge-score {importlib.metadata.version('rouge-score')}, by src/test/python/rouge_golden.py", "cases": made},
          open(sys.argv[2], "w"), indent=0, ensure_ascii=True)
