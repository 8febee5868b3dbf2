# SPDX-License-Identifier: Apache-2.0
"""WordNet replacement as nlpaug and TextAttack do it, on the sentences of SynonymBenchmark.

    synonym_peers.py nlpaug|textattack SENTENCES.jsonl WORDNET_FOLDER TAGGER_COMMAND > OUT.jsonl

This follows the published algorithms, it does not run the libraries, which could not be installed where it was written:
nlpaug 1.1.11, SynonymAug over WordNet; TextAttack 0.3, Augmenter with WordSwapWordNet, RepeatModification,
StopwordModification and the constraint PartOfSpeech with its defaults. Both use NLTK's WordNet reader (pip install nltk)
over WORDNET_FOLDER, the dictionary files of WordNet 3.1. In the place of NLTK's tagger, whose data is not in the package,
stands TAGGER_COMMAND: it answers a line of tokens with a line of Universal Dependencies tags.
"""

import json
import random
import re
import shlex
import string
import subprocess
import sys
from pathlib import Path

import nltk
from nltk.corpus.reader.wordnet import WordNetCorpusReader
from nltk.data import FileSystemPathPointer

SHARE = 0.1  # aug_p of nlpaug, pct_words_to_swap of TextAttack

MODALS = {"can", "could", "may", "might", "must", "shall", "should", "will", "would"}  # MD, no part in nlpaug's map

# nltk.corpus.stopwords.words("english")
STOPWORDS = set(
    """i me my myself we our ours ourselves you you're you've you'll you'd your yours yourself yourselves he him his
    himself she she's her hers herself it it's its itself they them their theirs themselves what which who whom this that
    that'll these those am is are was were be been being have has had having do does did doing a an the and but if or
    because as until while of at by for with about against between into through during before after above below to from
    up down in out on off over under again further then once here there when where why how all any both each few more
    most other some such no nor not only own same so than too very s t can will just don don't should should've now d ll
    m o re ve y ain aren aren't couldn couldn't didn didn't doesn doesn't hadn hadn't hasn hasn't haven haven't isn isn't
    ma mightn mightn't mustn mustn't needn needn't shan shan't shouldn shouldn't wasn wasn't weren weren't won won't
    wouldn wouldn't""".split()
)


class Tagger:
    def __init__(self, command):
        self.process = subprocess.Popen(
            shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL
        )
        self.known = {}

    def tag(self, tokens):
        line = " ".join(tokens)
        if line not in self.known:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            self.known[line] = self.process.stdout.readline().split()
        return self.known[line]


class WordNet(WordNetCorpusReader):
    def map_wn(self, version="wordnet"):
        """Not mapped to WordNet 3.0, which only other languages need."""


def lexicographer_files(folder):
    """The reader wants the names of WordNet's 45 lexicographer files; only their number matters here."""
    names = folder / "lexnames"
    if not names.exists():
        names.write_text("".join(f"{i:02d}\tfile{i}\t1\n" for i in range(45)))


def nlpaug_one(text, wordnet, tagger, rng):
    """SynonymAug(aug_src="wordnet", aug_p=SHARE): any sense of the word with its part of speech, or with any."""
    tokens = [match for match in re.finditer(r"\w+|[^\w\s]", text)]  # re.split(r"(\W)") without the blanks
    tags = tagger.tag([match.group() for match in tokens])
    count = min(max(int(SHARE * len(tokens)), 1), 10)
    drawable = [
        i for i, match in enumerate(tokens) if match.group() not in string.punctuation and tags[i] != "DET"
    ]
    edits = []
    for i in sorted(rng.sample(drawable, min(count, len(drawable)))):
        word = tokens[i].group()
        tag = "MODAL" if tags[i] == "AUX" and word.lower() in MODALS else tags[i]
        part = {"NOUN": "n", "PROPN": "n", "VERB": "v", "AUX": "v", "ADJ": "a", "ADV": "r"}.get(tag)
        found = [lemma.name() for sense in wordnet.synsets(word, pos=part) for lemma in sense.lemmas()]
        found = [lemma for lemma in found if lemma.lower() != word.lower()]
        if found:
            new = rng.choice(found).replace("_", " ").replace("-", " ").lower()
            new = new.upper() if word.isupper() else new.capitalize() if word[0].isupper() else new
            edits.append({"start": tokens[i].start(), "end": tokens[i].end(), "replacement": new})
    return edits


def textattack_one(text, wordnet, tagger, rng):
    """Augmenter: one swap after the other, drawn from all that pass the constraints."""
    matches = [match for match in re.finditer(r"[^\W_][\w'*@-]*", text)]
    words = [match.group() for match in matches]
    wanted = max(int(SHARE * len(words)), 1)
    swapped = {}
    while len(swapped) < wanted:
        passing = []
        for i, word in enumerate(words):
            if i in swapped or word in STOPWORDS:
                continue
            names = {lemma for sense in wordnet.synsets(word) for lemma in sense.lemma_names()}
            for new in sorted(names):
                if new != word and "_" not in new and re.fullmatch(r"[^\W_][\w'*@-]*", new):
                    if same_part(words, i, new, tagger):
                        passing.append((i, new))
        if not passing:
            break
        i, new = rng.choice(passing)
        swapped[i] = new
    return [
        {"start": matches[i].start(), "end": matches[i].end(), "replacement": new} for i, new in sorted(swapped.items())
    ]


def same_part(words, i, new, tagger):
    """PartOfSpeech(tagset="universal", allow_verb_noun_swap=True): four words before and three after."""
    before, after = words[max(i - 4, 0) : i], words[i + 1 : i + 4]
    tags = [tagger.tag(before + [word] + after)[len(before)] for word in (words[i], new)]
    # NLTK's universal tag set has one tag for what Universal Dependencies splits in two.
    old, swapped = (
        {"PROPN": "NOUN", "AUX": "VERB", "CCONJ": "CONJ", "SCONJ": "ADP", "PUNCT": "."}.get(tag, tag) for tag in tags
    )
    return old == swapped or {old, swapped} <= {"NOUN", "VERB"}


def main(library, sentences, folder, command):
    folder = Path(folder)
    lexicographer_files(folder)
    nltk.data.path.append(str(folder))  # the reader opens no other folders
    wordnet = WordNet(FileSystemPathPointer(str(folder)), None)
    tagger = Tagger(command)
    augment = {"nlpaug": nlpaug_one, "textattack": textattack_one}[library]
    rng = random.Random(20)
    with open(sentences, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            row["edits"] = augment(row["text"], wordnet, tagger, rng)
            print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
