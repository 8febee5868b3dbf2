// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * WordNet as a few flat arrays: written once by {@link LexiconWriter} when Graft is built, read whole. Words, entries (a
 * word with a part of speech) and senses are numbers. Immutable.
 *
 * @param letters the words one after the other, sorted; ASCII, a space between the words of a phrase
 * @param wordEnds end of each word in {@code letters}
 * @param entryKeys {@code word * 4 + part of speech} of each entry, sorted
 * @param senseEnds end of each entry's senses in {@code senses}
 * @param senses of each entry, the most frequent first
 * @param memberEnds end of each sense's members in {@code members}
 * @param members words of each sense: {@code word * 8 + flags}
 * @param counts how often each member was met in that sense in WordNet's tagged texts
 * @param glossEnds end of each sense's gloss in {@code gloss}
 * @param gloss base forms of the content words of each sense's definition and examples, sorted, each once
 * @param formKeys {@code (word * 4 + part of speech) * 8 + form}, sorted
 * @param forms the word in that form, of each key
 * @param exceptionKeys {@code word * 4 + part of speech} of irregular forms, sorted
 * @param exceptions the word that it is a form of, of each key
 */
record Lexicon(
        byte[] letters,
        int[] wordEnds,
        int[] entryKeys,
        int[] senseEnds,
        int[] senses,
        int[] memberEnds,
        int[] members,
        int[] counts,
        int[] glossEnds,
        int[] gloss,
        int[] formKeys,
        int[] forms,
        int[] exceptionKeys,
        int[] exceptions) {
    /** Flags of a member: stands only before its noun, only after its verb, or is no word to be put into a text. */
    static final int ATTRIBUTIVE = 1;

    static final int PREDICATIVE = 2;
    static final int UNFIT = 4;

    /** {@link #fit} of words that WordNet puts into no sense together. */
    private static final double UNSHARED = 0.1;

    private static final int VERSION = 1;
    private static final PartOfSpeech[] PARTS = PartOfSpeech.values();
    /** Endings that WordNet takes off ({@code morphy(7)}): ending, what stands for it, and the form that it makes. */
    private static final Detachment[][] DETACHMENTS = {
        {
            new Detachment("s", "", Form.PLURAL),
            new Detachment("ses", "s", Form.PLURAL),
            new Detachment("xes", "x", Form.PLURAL),
            new Detachment("zes", "z", Form.PLURAL),
            new Detachment("ches", "ch", Form.PLURAL),
            new Detachment("shes", "sh", Form.PLURAL),
            new Detachment("men", "man", Form.PLURAL),
            new Detachment("ies", "y", Form.PLURAL)
        },
        {
            new Detachment("s", "", Form.THIRD_PERSON),
            new Detachment("ies", "y", Form.THIRD_PERSON),
            new Detachment("es", "e", Form.THIRD_PERSON),
            new Detachment("es", "", Form.THIRD_PERSON),
            new Detachment("ed", "e", Form.PAST),
            new Detachment("ed", "", Form.PAST),
            new Detachment("ied", "y", Form.PAST),
            new Detachment("ing", "e", Form.PRESENT_PARTICIPLE),
            new Detachment("ing", "", Form.PRESENT_PARTICIPLE)
        },
        {
            new Detachment("er", "", Form.COMPARATIVE),
            new Detachment("er", "e", Form.COMPARATIVE),
            new Detachment("ier", "y", Form.COMPARATIVE),
            new Detachment("est", "", Form.SUPERLATIVE),
            new Detachment("est", "e", Form.SUPERLATIVE),
            new Detachment("iest", "y", Form.SUPERLATIVE)
        },
        {}
    };

    private record Detachment(String ending, String instead, Form form) {}

    /** An entry that a word of a text may be a form of. */
    record Reading(int word, int entry, Form form) {}

    static Lexicon load() {
        try (InputStream in = Lexicon.class.getResourceAsStream("wordnet.bin")) {
            if (in == null) {
                throw new IllegalStateException("dev/graft/text/wordnet.bin is not on the class path:"
                        + " Maven's phase process-classes makes it");
            }
            return read(new DataInputStream(in));
        } catch (IOException e) {
            throw new UncheckedIOException("dev/graft/text/wordnet.bin can't be read: " + e, e);
        }
    }

    private static Lexicon read(DataInputStream in) throws IOException {
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("its version is " + version + ", this program reads " + VERSION);
        }
        return new Lexicon(
                in.readNBytes(in.readInt()),
                ints(in),
                ints(in),
                ints(in),
                ints(in),
                ints(in),
                ints(in),
                ints(in),
                ints(in),
                ints(in),
                ints(in),
                ints(in),
                ints(in),
                ints(in));
    }

    private static int[] ints(DataInputStream in) throws IOException {
        int[] read = new int[in.readInt()];
        ByteBuffer.wrap(in.readNBytes(4 * read.length)).asIntBuffer().get(read);
        return read;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(letters.length);
        out.write(letters);
        for (int[] array : List.of(
                wordEnds,
                entryKeys,
                senseEnds,
                senses,
                memberEnds,
                members,
                counts,
                glossEnds,
                gloss,
                formKeys,
                forms,
                exceptionKeys,
                exceptions)) {
            out.writeInt(array.length);
            ByteBuffer bytes = ByteBuffer.allocate(4 * array.length);
            bytes.asIntBuffer().put(array);
            out.write(bytes.array());
        }
    }

    static int start(int[] ends, int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    /** The number of a word in lower case, or -1. */
    int word(CharSequence word) {
        int from = 0;
        int to = wordEnds.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = compare(middle, word);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return -1;
    }

    private int compare(int number, CharSequence word) {
        int start = start(wordEnds, number);
        int length = wordEnds[number] - start;
        int common = Math.min(length, word.length());
        for (int i = 0; i < common; i++) {
            int order = letters[start + i] - word.charAt(i);
            if (order != 0) {
                return order;
            }
        }
        return length - word.length();
    }

    String text(int word) {
        int start = start(wordEnds, word);
        return new String(letters, start, wordEnds[word] - start, StandardCharsets.US_ASCII);
    }

    /** The entry of a word, or a number below 0. */
    int entry(int word, PartOfSpeech part) {
        return word < 0 ? -1 : Arrays.binarySearch(entryKeys, word * 4 + part.ordinal());
    }

    /** How often the members of an entry's senses that are the word itself were met in tagged texts. */
    int frequency(int word, int entry) {
        int sum = 0;
        for (int i = start(senseEnds, entry); i < senseEnds[entry]; i++) {
            sum += count(senses[i], word);
        }
        return sum;
    }

    /**
     * How surely two words mean the same where either is met: the shares of the sense that they have in common in what each
     * means as a part of speech, multiplied; of the best such sense, and {@value #UNSHARED} where they have none.
     */
    double fit(int word, int other, PartOfSpeech part) {
        int entry = entry(word, part);
        int otherEntry = entry(other, part);
        double best = UNSHARED;
        for (int i = entry < 0 ? 0 : start(senseEnds, entry); entry >= 0 && i < senseEnds[entry]; i++) {
            if (otherEntry >= 0 && has(senses[i], other)) {
                best = Math.max(best, share(senses[i], word, entry) * share(senses[i], other, otherEntry));
            }
        }
        return best;
    }

    /** Whether a word is a member of one of an entry's senses. */
    boolean shareSense(int entry, int word) {
        for (int i = start(senseEnds, entry); i < senseEnds[entry]; i++) {
            if (has(senses[i], word)) {
                return true;
            }
        }
        return false;
    }

    private boolean has(int sense, int word) {
        for (int i = start(memberEnds, sense); i < memberEnds[sense]; i++) {
            if (members[i] >> 3 == word) {
                return true;
            }
        }
        return false;
    }

    /** The share of a sense in all meetings with an entry, each sense half a time more. */
    private double share(int sense, int word, int entry) {
        int senses = senseEnds[entry] - start(senseEnds, entry);
        return (count(sense, word) + 0.5) / (frequency(word, entry) + 0.5 * senses);
    }

    int count(int sense, int word) {
        for (int i = start(memberEnds, sense); i < memberEnds[sense]; i++) {
            if (members[i] >> 3 == word) {
                return counts[i];
            }
        }
        return 0;
    }

    /** A word in a form other than its base; null where WordNet's texts have no such form. */
    @Nullable
    String form(int word, PartOfSpeech part, Form form) {
        int at = Arrays.binarySearch(formKeys, (word * 4 + part.ordinal()) * 8 + form.ordinal());
        return at < 0 ? null : text(forms[at]);
    }

    /** Whether a word has irregular forms. */
    boolean isIrregular(int word, PartOfSpeech part) {
        for (int i = 0; i < exceptions.length; i++) {
            if (exceptions[i] == word && (exceptionKeys[i] & 3) == part.ordinal()) {
                return true;
            }
        }
        return false;
    }

    /** All entries of a part of speech that a word in lower case may be a form of. */
    List<Reading> readings(String word, PartOfSpeech part) {
        List<Reading> readings = new ArrayList<>();
        int itself = word(word);
        add(readings, itself, part, Form.BASE);
        boolean listed = false;
        if (itself >= 0) {
            int key = itself * 4 + part.ordinal();
            int at = Arrays.binarySearch(exceptionKeys, key);
            while (at > 0 && exceptionKeys[at - 1] == key) {
                at--;
            }
            for (; at >= 0 && at < exceptionKeys.length && exceptionKeys[at] == key; at++) {
                listed = true;
                add(readings, exceptions[at], part, irregular(word, part));
            }
        }
        if (!listed) {
            for (Detachment rule : DETACHMENTS[part.ordinal()]) {
                if (word.endsWith(rule.ending) && word.length() > rule.ending.length() + 1 && !isNoPlural(word, part)) {
                    String base = word.substring(0, word.length() - rule.ending.length()) + rule.instead;
                    add(readings, word(base), part, rule.form);
                }
            }
        }
        return readings;
    }

    /** "ss" ends no plural. */
    private static boolean isNoPlural(String word, PartOfSpeech part) {
        return part == PartOfSpeech.NOUN && word.endsWith("ss");
    }

    private void add(List<Reading> readings, int word, PartOfSpeech part, Form form) {
        int entry = entry(word, part);
        if (entry >= 0 && readings.stream().noneMatch(other -> other.entry == entry)) {
            readings.add(new Reading(word, entry, form));
        }
    }

    private static Form irregular(String word, PartOfSpeech part) {
        return switch (part) {
            case NOUN -> Form.PLURAL;
            case VERB ->
                word.endsWith("ing") ? Form.PRESENT_PARTICIPLE : word.endsWith("s") ? Form.THIRD_PERSON : Form.PAST;
            case ADJECTIVE, ADVERB -> word.endsWith("st") ? Form.SUPERLATIVE : Form.COMPARATIVE;
        };
    }

    /** One word for all forms of a word, for counting words that two texts share; -1 where WordNet has none. */
    int stem(String word) {
        for (PartOfSpeech part : PARTS) {
            List<Reading> readings = readings(word, part);
            if (!readings.isEmpty()) {
                return readings.get(readings.size() - 1).word;
            }
        }
        return -1;
    }
}
