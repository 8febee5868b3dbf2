# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/translators: tiny random translators in the layout of Hugging Face, what transformers computes with
them, and what its searches find; and the searches of some decoders of tiny_architectures.py.

    pip install torch==2.15.0 transformers==5.24.0 sentencepiece==0.2.3 sacremoses && python tiny_translators.py ../resources [NAME ...]

golden.json of a folder holds the encoder's states and the logits of some pairs alone, gradients of the mean loss over them, thirty
sources of mixed length, and for each search the answers, as token ids without the start and with the end. An answer stands there
if it is the same in 32 bits and in 64, and of a translator alone and in one batch: what hangs on rounding has no answer.
"""
import io
import json
import random
import shutil
import sys
from pathlib import Path

import sentencepiece as spm
import tokenizers
import torch
import transformers as hf

from tiny_architectures import draw, rounded

WIDTH, LAYERS, HEADS, INNER = 16, 2, 2, 24
TEXT = [
    "A man in an orange hat.", "Two dogs run.", "The quick brown fox jumps over the lazy dog near the river bank.",
    "I did not order this, please cancel it!", "Where is my parcel?", "Rain, rain, go away; come again another day.",
    "the man has a hat and a dog", "the dog runs to the river", "please send my parcel to another home",
    "where is the lazy man today", "we did not order the orange one", "come home and cancel the order again",
]
SENTENCES = TEXT[:6] + ["No.", "1,140.00 and £90", "😀 fine @home", "a", "", "two  spaces "]
MOST = 20
LENGTHS = [1, 24, 2, 17, 3, 9, 4, 30, 5, 12, 6, 7, 8, 1, 10, 11, 20, 13, 14, 15, 16, 2, 18, 19, 3, 21, 22, 5, 28, 6]
SEARCHES = {
    "greedy": dict(num_beams=1),
    "beam-4": dict(num_beams=4),
    "beam-6": dict(num_beams=6),
    "beam-4-early": dict(num_beams=4, early_stopping=True, length_penalty=0.6),
    "beam-4-never": dict(num_beams=4, early_stopping="never", length_penalty=1.4),
    "beam-6-short": dict(num_beams=6, length_penalty=-0.5),
    "beam-4-all": dict(num_beams=4, num_return_sequences=4),
    "greedy-no-repeat": dict(num_beams=1, no_repeat_ngram_size=2),
    "beam-4-no-repeat": dict(num_beams=4, no_repeat_ngram_size=2),
    "beam-4-long": dict(num_beams=4, min_new_tokens=8),
}


def pieces(lines, size):
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(sentence_iterator=iter(lines * 3), model_writer=model, vocab_size=size, bos_id=-1, eos_id=0,
                                   unk_id=1, normalization_rule_name="identity", minloglevel=2, hard_vocab_limit=False)
    processor = spm.SentencePieceProcessor(model_proto=model.getvalue())
    return model.getvalue(), [processor.id_to_piece(i) for i in range(processor.get_piece_size())][2:]


def mixed(words, special):
    words = sorted(set(words))
    random.Random(len(words)).shuffle(words)
    return {word: i for i, word in enumerate(["</s>", "<unk>", *special, *words, "<pad>"])}


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def marian_text(folder, apart):
    source, own = pieces(TEXT, 90)
    target, other = pieces([line[::-1] for line in TEXT], 80)
    (folder / "source.spm").write_bytes(source)
    (folder / "target.spm").write_bytes(target)
    languages = [">>por<<", ">>spa<<"]
    vocabulary = mixed(own if apart else own + other, languages)
    write(folder / "vocab.json", vocabulary)
    config = {"source_lang": "eng", "target_lang": "roa", "separate_vocabs": apart, "tokenizer_class": "MarianTokenizer"}
    targets = vocabulary
    if apart:
        targets = mixed(other, [])
        write(folder / "target_vocab.json", targets)
    write(folder / "tokenizer_config.json", config)
    files = dict(source_spm=str(folder / "source.spm"), target_spm=str(folder / "target.spm"), vocab=str(folder / "vocab.json"))
    if apart:
        files["target_vocab_file"] = str(folder / "target_vocab.json")
    tokenizer = hf.MarianTokenizer(**files, **config)
    return tokenizer, len(vocabulary), len(targets), [">>spa<< " + SENTENCES[0]]


def m2m_text(folder):
    model, own = pieces(TEXT, 90)
    (folder / "sentencepiece.bpe.model").write_bytes(model)
    words = sorted(own)
    random.Random(3).shuffle(words)
    vocabulary = {word: i for i, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", *words])}
    write(folder / "vocab.json", vocabulary)
    config = {"src_lang": "en", "tgt_lang": "pt", "language_codes": "m2m100", "tokenizer_class": "M2M100Tokenizer"}
    write(folder / "tokenizer_config.json", config)
    tokenizer = hf.M2M100Tokenizer(str(folder / "vocab.json"), str(folder / "sentencepiece.bpe.model"), **config)
    return tokenizer, len(vocabulary) + 100 + 8, len(vocabulary), []


def nllb_text(folder):
    """As NLLB's: byte pairs of a tokenizer.json, and the languages with their scripts behind them."""
    codes = ["eng_Latn", "por_Latn", "deu_Latn", "zho_Hans", "zho_Hant"]
    learnt = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="<unk>"))
    learnt.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    learnt.train_from_iterator(TEXT * 3, tokenizers.trainers.BpeTrainer(
        vocab_size=90, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], show_progress=False))
    model = json.loads(learnt.to_str())["model"]
    merges = [tuple(each) for each in model["merges"]]
    tokenizer = hf.NllbTokenizer(model["vocab"], merges, src_lang="eng_Latn", tgt_lang="por_Latn", extra_special_tokens=codes)
    tokenizer.save_pretrained(folder)
    return tokenizer, len(tokenizer), len(model["vocab"]), []


SHAPE = dict(d_model=WIDTH, encoder_layers=LAYERS, decoder_layers=LAYERS, encoder_attention_heads=HEADS,
             decoder_attention_heads=HEADS, encoder_ffn_dim=INNER, decoder_ffn_dim=INNER, max_position_embeddings=64, init_std=0.5)


def marian(folder, apart):
    tokenizer, sources, targets, more = marian_text(folder, apart)
    config = hf.MarianConfig(
        **SHAPE, vocab_size=sources, decoder_vocab_size=targets, share_encoder_decoder_embeddings=not apart, eos_token_id=0,
        forced_eos_token_id=0, pad_token_id=targets - 1, decoder_start_token_id=targets - 1, bos_token_id=None,
        scale_embedding=not apart, activation_function="relu" if apart else "swish", static_position_embeddings=True)
    model = hf.MarianMTModel._from_config(config, attn_implementation="eager")
    generation = dict(bad_words_ids=[[targets - 1]], forced_eos_token_id=0)
    return tokenizer, model, generation, (4, sources - 1), more


def opus_mt(folder):
    """As opus-mt's are published: pytorch_model.bin with the tables of positions and what is shared, scores that are renormalised."""
    tokenizer, model, generation, tokens, more = marian(folder, False)
    return tokenizer, model, {**generation, "renormalize_logits": True}, tokens, more


def publish(folder, model):
    state = {name: value.clone() for name, value in model.half().state_dict().items()}
    for stack in ("encoder", "decoder"):
        state[f"model.{stack}.embed_tokens.weight"] = state["model.shared.weight"].clone()
        state.setdefault(f"model.{stack}.embed_positions.weight", getattr(model.model, stack).embed_positions.weight.half())
    state["lm_head.weight"] = state["model.shared.weight"].clone()
    torch.save(state, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def published(folder):
    """What the folder's own settings make of sentences, up to the length that a translator of ours may have."""
    tokenizer, model = hf.MarianTokenizer.from_pretrained(folder), hf.MarianMTModel.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager").eval()
    found = []
    for sentence in ["Two dogs run.", "Where is my parcel?", "the man has a hat and a dog", "we did not order the orange one"]:
        source = tokenizer([">>por<< " + sentence], return_tensors="pt")
        answer = model.generate(**source, max_new_tokens=10 + -(-5 * source.input_ids.shape[1] // 2))
        found.append({"sentence": sentence, "text": tokenizer.decode(answer[0], skip_special_tokens=True).strip()})
    return found


def nllb(folder):
    return m2m(folder, nllb_text, "por_Latn")


def m2m(folder, text=m2m_text, language="pt"):
    tokenizer, sources, words, more = text(folder)
    config = hf.M2M100Config(**SHAPE, vocab_size=sources, encoder_layerdrop=0.0, decoder_layerdrop=0.0, scale_embedding=True)
    model = hf.M2M100ForConditionalGeneration._from_config(config, attn_implementation="eager")
    to = tokenizer.get_lang_id(language) if text is m2m_text else tokenizer.convert_tokens_to_ids(language)
    generation = dict(forced_bos_token_id=to)
    return tokenizer, model, generation, (4, words), more


def start(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def gradients(model, pairs):
    model.zero_grad()
    losses = []
    for each in pairs:
        given = torch.tensor([each["decoder"]])
        logits = model(input_ids=torch.tensor([each["source"]]), decoder_input_ids=given).logits[0]
        losses.append(torch.nn.functional.cross_entropy(logits[:-1], given[0, 1:], reduction="none"))
    loss = torch.cat(losses).mean()
    loss.backward()
    wanted = ["model.encoder.layers.1.self_attn.q_proj.weight", "model.decoder.layers.0.encoder_attn.k_proj.weight",
              "model.decoder.layers.1.fc1.weight", "model.decoder.layers.0.encoder_attn_layer_norm.weight"]
    return {"loss": loss.item(), "at": {name: rounded(dict(model.named_parameters())[name].grad) for name in wanted}}


def answers(model, sources, batch, **settings):
    """Per source, its answers without start and padding, with the end."""
    pad, end = model.config.pad_token_id, model.config.eos_token_id
    encoder_decoder = model.config.is_encoder_decoder
    found = []
    for rows in [sources] if batch else [[each] for each in sources]:
        longest = max(map(len, rows))
        before = [0 if encoder_decoder else longest - len(row) for row in rows]
        ids = torch.tensor([[pad] * b + row + [pad] * (longest - len(row) - b) for row, b in zip(rows, before)])
        mask = torch.tensor([[0] * b + [1] * len(row) + [0] * (longest - len(row) - b) for row, b in zip(rows, before)])
        with torch.no_grad():
            written = model.generate(ids, attention_mask=mask, generation_config=hf.GenerationConfig(
                do_sample=False, max_new_tokens=MOST, eos_token_id=end, pad_token_id=pad,
                decoder_start_token_id=getattr(model.config, "decoder_start_token_id", None), **settings))
        written = written[:, 1 if encoder_decoder else longest:].tolist()
        each = len(written) // len(rows)
        for i in range(len(rows)):
            found.append([cut(row, end, pad if encoder_decoder else None) for row in written[i * each:(i + 1) * each]])
    return found


def cut(row, end, pad):
    if end in row:
        return row[:row.index(end) + 1]
    while row and row[-1] == pad:
        row = row[:-1]
    return row


def searches(model, sources, generation, names):
    all_of = {}
    for name in names:
        settings = {**generation, **SEARCHES[name]}
        runs = []
        for kind in (torch.float64, torch.float32):
            model.to(kind)
            runs += [answers(model, sources, False, **settings)]
            if model.config.is_encoder_decoder:
                runs += [answers(model, sources, True, **settings)]
        same = [row if all(run[i] == row for run in runs) else None for i, row in enumerate(runs[-1])]
        all_of[name] = same
        lengths = [len(row[0]) for row in same if row]
        print("  ", name, "same:", len(lengths), "lengths:", sorted(lengths), file=sys.stderr)
    model.to(torch.float32)
    return all_of


def telling(model, generation, low, high):
    """Parameters with which greedy answers are of many lengths."""
    end = model.config.eos_token_id
    for seed in range(1000):
        generator = torch.Generator().manual_seed(seed)
        draw(model, generator)
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if "embed_positions" in name:
                    parameter.copy_(model.get_submodule(name.removesuffix(".weight")).create_weight())
                elif "embed_tokens" in name or "shared" in name:
                    parameter.copy_((torch.randn(parameter.shape, generator=generator) * 0.25).half().float())
            lift = 0.5 + 3 * torch.rand((), generator=generator)
            if hasattr(model, "final_logits_bias"):
                noise = torch.randn(model.final_logits_bias.shape, generator=generator) * 0.3
                noise[0, 0] += lift
                model.final_logits_bias.copy_(noise.half().float())
            else:
                bias = model.model.decoder.layer_norm.bias
                model.model.shared.weight[end] = (lift * bias / bias.dot(bias)).half().float()
        model.tie_weights()
        sources = [torch.randint(low, high, (length,), generator=generator).tolist() + [end] for length in LENGTHS]
        written = sorted(len(row[0]) for row in answers(model, sources, True, **generation, num_beams=1))
        if len(set(written)) >= 6 and written.count(written[0]) <= 8:
            return generator, sources
    raise ValueError("no seed tells")


def make(folder, build):
    tokenizer, model, generation, (low, high), more = build(start(folder))
    model = model.float().eval()
    generator, sources = telling(model, generation, low, high)
    config, end = model.config, model.config.eos_token_id

    def drawn(length, most):
        return torch.randint(low, most, (length,), generator=generator).tolist()

    targets = getattr(config, "decoder_vocab_size", config.vocab_size)
    pairs = [{"source": drawn(s, high) + [end], "decoder": [config.decoder_start_token_id] + drawn(t, min(high, targets - 1))}
             for s, t in ((11, 7), (5, 9))]
    with torch.no_grad():
        for each in pairs:
            output = model(input_ids=torch.tensor([each["source"]]), decoder_input_ids=torch.tensor([each["decoder"]]))
            each["encoder"] = rounded(output.encoder_last_hidden_state[0])
            each["logits"] = rounded(output.logits[0])
    golden = {"made by": f"transformers {hf.__version__}, torch {torch.__version__}", "cases": pairs,
              "gradients": gradients(model, pairs)}
    golden["sources"] = sources
    print(folder.name, sum(p.numel() for p in model.parameters()), file=sys.stderr)
    few = ["greedy", "beam-4", "beam-6"]
    names = few if folder.name in ("opus-mt", "nllb") else SEARCHES
    golden["searches"] = searches(model, golden["sources"], generation, names)
    texts = []
    for sentence in SENTENCES + more:
        ids = tokenizer(sentence).input_ids
        texts.append({"sentence": sentence, "ids": ids})
    golden["texts"] = texts
    golden["decoded"] = [{"ids": row[0], "text": tokenizer.decode(row[0], skip_special_tokens=True)}
                         for row in golden["searches"]["beam-4"] if row]
    model.half().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    if folder.name == "opus-mt":
        publish(folder, model)
        golden["translations"] = published(folder)
    saved = json.loads((folder / "generation_config.json").read_text())
    saved.update(generation, num_beams=4)
    (folder / "generation_config.json").write_text(json.dumps(saved, indent=2) + "\n")
    write(folder / "golden.json", golden)


def decoder(folder, golden_file):
    model = hf.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    model.config.pad_token_id, model.config.eos_token_id = 0, 7
    generator = torch.Generator().manual_seed(5)
    sources = [torch.randint(4, 48, (length,), generator=generator).tolist() for length in (1, 12, 3, 7, 2, 9, 5, 20, 4, 15)]
    print(folder.name, file=sys.stderr)
    found = searches(model, sources, {}, ["greedy", "beam-4", "beam-6", "beam-4-early", "greedy-no-repeat", "beam-4-no-repeat"])
    write(golden_file, {"made by": f"transformers {hf.__version__}, torch {torch.__version__}", "end": 7, "sources": sources,
                        "searches": found})


if __name__ == "__main__":
    torch.set_num_threads(1)
    resources = Path(sys.argv[1])
    wanted = sys.argv[2:]
    for each, build in {"marian": lambda folder: marian(folder, False), "marian-apart": lambda folder: marian(folder, True),
                        "opus-mt": opus_mt, "m2m-100": m2m, "nllb": nllb}.items():
        if not wanted or each in wanted:
            make(resources / "translators" / each, build)
    for each in ("llama", "gpt2", "gemma3"):
        if not wanted or each in wanted:
            decoder(resources / "architectures" / each, resources / "translators" / f"{each}.json")
