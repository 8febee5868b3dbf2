// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

/** A synset as its line in a data file has it. */
record SynsetLine(PartOfSpeech part, String[] fields, String gloss) {
    int size() {
        return Integer.parseInt(fields[3], 16);
    }

    String member(int index) {
        return fields[4 + 2 * index];
    }
}
