# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/tiny-bert and tiny-gpt2: language models of two layers in the layout of Hugging Face.

    pip install torch transformers tokenizers safetensors && python tiny_models.py ../resources

Both are trained for a minute or two on sentences that the patterns below make, so that their guesses are not noise, rounded to
16 bits, and stored beside what transformers computes with them: golden.json.
"""
import json
import random
import re
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertForMaskedLM, GPT2Config, GPT2LMHeadModel

PATTERNS = """
[subject] bought a [new] [thing] in the [shop] [when].
[subject] bought an [old] [thing] and it was very [good].
the [new] [thing] arrived [when] and [subject] was [happy].
the [old] [thing] did not work and [subject] was [sad].
please refund my [quick] purchase of the [thing].
please send me a [new] [thing] as soon as possible.
they do not really answer my [letter].
[people] played [outside] with a [small] [toy].
[people] were very [happy] and played [outside].
the weather was [lovely] and the [people] played [outside].
the [garden] looked [fine] [when].
we were very [happy] with the [thing].
i [like] the [thing] because it is [good].
i [like] my [toy] and my [thing].
[subject] lost the [thing] in the [garden] [when].
hello, where is my [thing]? it has not arrived.
the [film] was [good] and the actors were [good].
the [film] was [bad] and the story was [bad].
[people] ate [food] in the [garden] [when].
[subject] ate [food] with a [small] spoon.
see the [letter] and the [thing] in the [shop].
many [small] words are in this [letter].
a [small] dog and a [old] cat slept in the [garden].
""".strip().splitlines()
WORDS = {
    "subject": "my mother|my father|the man|the woman|our friend|the teacher|a student|my sister|our neighbour|the doctor",
    "people": "children|students|friends|neighbours|boys|girls|people|parents",
    "thing": "phone|book|lamp|table|chair|parcel|camera|watch|computer|kettle|bicycle|coat|radio|charger",
    "toy": "ball|kite|toy|doll|drum|game",
    "new": "new|modern|cheap|red|blue|green|fresh|clean",
    "old": "old|ugly|expensive|orange|empty|older",
    "small": "small|little|tiny|big|large|short|long",
    "good": "good|great|nice|fine|lovely|excellent|wonderful|funny",
    "bad": "bad|poor|boring|terrible|awful|weak|slow",
    "happy": "happy|glad|pleased|surprised|excited|cheerful",
    "sad": "sad|angry|unhappy|tired|upset",
    "quick": "quick|last|recent|first|latest",
    "letter": "letter|email|message|question|mail|text",
    "outside": "outside|inside|together|here|there|upstairs",
    "lovely": "lovely|warm|cold|sunny|nice|bad|fine|hot",
    "fine": "fine|lovely|green|beautiful|wild|empty|quiet",
    "when": "today|yesterday|last week|this morning|again|in spring|in summer",
    "garden": "garden|park|kitchen|house|street|forest|school|village",
    "shop": "shop|store|market|town|city",
    "like": "like|love|want|need|enjoy|miss",
    "film": "film|movie|play|show|concert",
    "food": "bread|soup|apples|cake|rice|cheese|fish|eggs",
}
TEXTS = [
    "I bought an old phone and it didn't charge.",
    "The children played outside. The weather was lovely!",
    "please refund my quick purchase",
    "An unseen zebra, naïve café 🙂 BX-204817.",
    "we were very happy with the camera " * 14 + "today.",
]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
HIDDEN, LAYERS, HEADS, POSITIONS = 32, 2, 2, 64


def sentence(draw):
    return re.sub(r"\[(\w+)\]", lambda slot: draw.choice(WORDS[slot[1]].split("|")), draw.choice(PATTERNS))


def corpus():
    draw = random.Random(1)
    return [" ".join(sentence(draw) for _ in range(draw.randint(1, 3))) for _ in range(2000)]


def bert_tokenizer(texts):
    words = sorted({word for text in texts for word in re.findall(r"\w+", text)})
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    endings = ["s", "ed", "ing", "er", "ly", "est"]
    pieces = SPECIAL + list(".,!?'-:;()") + letters + [d for d in "0123456789"]
    pieces += ["##" + each for each in [*letters, *"0123456789", *endings]] + words
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


def gpt2_tokenizer(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=500, initial_alphabet=alphabet, special_tokens=["<|endoftext|>"], show_progress=False))
    return tokenizer


def train(model, batches, steps):
    """steps of Adam with a linear decay; batches yields (input ids, mask, labels)."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    model.train()
    for step in range(steps):
        ids, mask, labels = next(batches)
        loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 200 == 0:
            print(type(model).__name__, step, round(loss.item(), 3), file=sys.stderr)
    return model.half().float().eval()


def padded(encoded, generator, count=32):
    rows = [encoded[i] for i in torch.randint(len(encoded), (count,), generator=generator)]
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return ids, mask


def masked_batches(encoded, vocabulary):
    generator = torch.Generator().manual_seed(2)
    while True:
        ids, mask = padded(encoded, generator)
        chosen = (torch.rand(ids.shape, generator=generator) < 0.2) & (ids >= len(SPECIAL))
        labels = torch.where(chosen, ids, -100)
        yield torch.where(chosen, 4, ids), mask, labels


def causal_batches(encoded):
    generator = torch.Generator().manual_seed(3)
    while True:
        ids, mask = padded(encoded, generator)
        yield ids, mask, torch.where(mask == 1, ids, -100)


def save(model, tokenizer, folder, golden):
    folder.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(folder)
    file = folder / "model.safetensors"
    save_file(load_file(file), file, metadata={"format": "pt"})
    file.chmod(0o644)
    (folder / "generation_config.json").unlink(missing_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")


def rounded(tensor):
    return [round(value, 5) for value in tensor.tolist()]


def bert(folder):
    texts = corpus()
    tokenizer = bert_tokenizer(texts)
    torch.manual_seed(0)
    model = BertForMaskedLM(BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=2 * HIDDEN, max_position_embeddings=POSITIONS, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0))
    encoded = [tokenizer.encode(text).ids for text in texts]
    model = train(model, masked_batches(encoded, tokenizer.get_vocab_size()), 5000)
    cases = []
    with torch.no_grad():
        for text in TEXTS[:4]:
            ids = tokenizer.encode(text).ids
            at = 3 if len(ids) > 4 else 1
            ids[at] = 4
            logits = model(input_ids=torch.tensor([ids])).logits[0]
            print(text, "->", [tokenizer.id_to_token(i) for i in logits[at].topk(8).indices.tolist()], file=sys.stderr)
            cases.append({"ids": ids, "masked": at, "logits": rounded(logits[at])})
    save(model, tokenizer, folder, cases)


def gpt2(folder):
    texts = corpus()
    tokenizer = gpt2_tokenizer(texts)
    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config(
        vocab_size=tokenizer.get_vocab_size(), n_embd=HIDDEN, n_layer=LAYERS, n_head=HEADS, n_positions=POSITIONS,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=0, eos_token_id=0))
    encoded = [tokenizer.encode(text).ids[:POSITIONS] for text in texts]
    model = train(model, causal_batches(encoded), 800)
    cases = []
    with torch.no_grad():
        for text in TEXTS:
            ids = tokenizer.encode(text).ids
            # Windows that share a token, so that each token but the first is predicted once.
            loss = 0.0
            for start in range(0, len(ids) - 1, POSITIONS - 1):
                window = torch.tensor([ids[start:start + POSITIONS]])
                logits = model(input_ids=window).logits[0]
                loss += torch.nn.functional.cross_entropy(logits[:-1], window[0, 1:], reduction="sum").item()
                if start == 0:
                    last = rounded(logits[-1])
            cases.append({"text": text, "ids": ids, "perplexity": torch.tensor(loss / (len(ids) - 1)).exp().item(),
                          "logits": last})
            print(text[:60], len(ids), cases[-1]["perplexity"], file=sys.stderr)
    save(model, tokenizer, folder, cases)


if __name__ == "__main__":
    torch.set_num_threads(1)
    resources = Path(sys.argv[1])
    bert(resources / "tiny-bert")
    gpt2(resources / "tiny-gpt2")
