# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/pieces: small SentencePiece models of Llama's and Gemma's kind, with the ids that the library itself gives.

    pip install sentencepiece==0.2.1 && python pieces_golden.py ../resources
"""
import json
import sys
from pathlib import Path

import sentencepiece as sp

TEXTS = ["The price is 1234, isn't it?", "  two  blanks ", "naïve café", "日本語 🙂", "a\nb\tc", "fooBar(x) == 3.14", "", "thethethe <mask> the"]
KINDS = {"llama": dict(add_dummy_prefix=True), "gemma": dict(add_dummy_prefix=False, user_defined_symbols=["<mask>", "\u2581\u2581"])}

folder = Path(sys.argv[1]) / "pieces"
for name, options in KINDS.items():
    (folder / name).mkdir(parents=True, exist_ok=True)
    words = "the price of a thing is what you give for it and then there are other things that isn't told here".split()
    lines = [" ".join(words[(i * j) % len(words)] for j in range(1, 9)) for i in range(1, 60)]
    sp.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_prefix=str(folder / name / "tokenizer"), vocab_size=380, model_type="bpe", byte_fallback=True,
        character_coverage=1.0, normalization_rule_name="identity", remove_extra_whitespaces=False, num_threads=1, minloglevel=2,
        hard_vocab_limit=False, **options)
    (folder / name / "tokenizer.vocab").unlink()
    model = sp.SentencePieceProcessor(model_file=str(folder / name / "tokenizer.model"))
    cases = [{"text": text, "ids": [model.bos_id()] + model.encode(text)} for text in TEXTS]
    (folder / name / "golden.json").write_text(json.dumps(cases, ensure_ascii=False) + "\n")
    print(name, model.vocab_size(), cases[0])
