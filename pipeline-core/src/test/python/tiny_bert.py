"""Makes src/test/resources/tiny-bert: a small BertForMaskedLM with its tokenizer, trained on the demo's tickets, and golden
logits of transformers for sentences with a mask.

    python tiny_bert.py conf/demo/train.jsonl pipeline-core/src/test/resources/tiny-bert
"""
import json
import sys

import torch
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertForMaskedLM

corpus, folder = sys.argv[1:]
texts = [json.loads(line)["text"] for line in open(corpus, encoding="utf-8")]
tokenizer = BertWordPieceTokenizer(lowercase=True)
tokenizer.train_from_iterator(texts, vocab_size=1200, min_frequency=2, show_progress=False)
tokenizer.save(f"{folder}/tokenizer.json")

torch.manual_seed(1)
torch.set_num_threads(2)
config = BertConfig(
    vocab_size=tokenizer.get_vocab_size(), hidden_size=48, num_hidden_layers=2, num_attention_heads=4,
    intermediate_size=96, max_position_embeddings=64, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
model = BertForMaskedLM(config)
mask = tokenizer.token_to_id("[MASK]")
rows = [torch.tensor(tokenizer.encode(text).ids[:48]) for text in texts]
optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(3000):
    chosen = torch.randint(len(rows), (16,)).tolist()
    ids = torch.nn.utils.rnn.pad_sequence([rows[i] for i in chosen], batch_first=True)
    labels = ids.clone()
    hidden = (torch.rand(ids.shape) < 0.2) & (ids > 4)
    labels[~hidden] = -100
    loss = model(input_ids=ids.masked_fill(hidden, mask), attention_mask=(ids > 0).long(), labels=labels).loss
    if not torch.isfinite(loss):
        continue
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    if step % 500 == 0:
        print(step, loss.item(), flush=True)
model.eval()
model.save_pretrained(folder, safe_serialization=True)

golden = []
for text in ["I want to [MASK] my order.", "Where is my [MASK]?", "the [MASK] has not arrived yet, please help"]:
    encoded = tokenizer.encode(text)
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([encoded.ids])).logits[0, encoded.ids.index(mask)]
    golden.append({"text": text, "logits": [round(x, 6) for x in logits.tolist()]})
    print(text, [tokenizer.id_to_token(i) for i in logits.topk(8).indices.tolist()])
json.dump(golden, open(f"{folder}/golden.json", "w"))
