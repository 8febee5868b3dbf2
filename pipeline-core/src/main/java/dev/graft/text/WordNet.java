// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.Exc;
import net.sf.extjwnl.data.IndexWord;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Synset;
import net.sf.extjwnl.data.Word;
import net.sf.extjwnl.dictionary.Dictionary;

/**
 * Synonyms from WordNet 3.1 that take the place of a word as it stands in a text: same part of speech, most frequent
 * sense that has any, inflected as the word is. Answers are remembered, so a word is looked up once. May be shared by
 * threads.
 */
public final class WordNet {
    private final Dictionary dictionary;
    private final Inflection inflection = new Inflection();
    private final Map<POS, Map<String, Set<String>>> irregular = new HashMap<>();
    private final Map<String, List<String>> remembered = new ConcurrentHashMap<>();

    /** Opens the dictionary on the class path. */
    public WordNet() {
        try {
            dictionary = Dictionary.getDefaultResourceInstance();
            for (POS pos : POS.getAllPOS()) {
                irregular.put(pos, irregularForms(pos));
            }
        } catch (JWNLException e) {
            throw new IllegalStateException("WordNet can't be opened from the class path: " + e, e);
        }
    }

    private Map<String, Set<String>> irregularForms(POS pos) throws JWNLException {
        Map<String, Set<String>> forms = new HashMap<>();
        for (Iterator<Exc> it = dictionary.getExceptionIterator(pos); it.hasNext(); ) {
            Exc exception = it.next();
            for (String lemma : exception.getExceptions()) {
                forms.computeIfAbsent(lemma, key -> new HashSet<>()).add(exception.getLemma());
            }
        }
        return forms;
    }

    /**
     * Synonyms in lower case, in WordNet's order; empty where the word has none, or none that can be inflected for sure.
     *
     * @param word as it stands in the text
     * @param tag its part of speech (Universal Dependencies)
     */
    public List<String> synonyms(String word, String tag) {
        Optional<POS> pos = pos(tag);
        if (pos.isEmpty()) {
            return List.of();
        }
        String lower = word.toLowerCase(Locale.ROOT);
        return remembered.computeIfAbsent(tag + " " + lower, key -> lookUp(lower, pos.get()));
    }

    private static Optional<POS> pos(String tag) {
        return switch (tag) {
            case "NOUN" -> Optional.of(POS.NOUN);
            case "VERB" -> Optional.of(POS.VERB);
            case "ADJ" -> Optional.of(POS.ADJECTIVE);
            case "ADV" -> Optional.of(POS.ADVERB);
            default -> Optional.empty();
        };
    }

    private List<String> lookUp(String word, POS pos) {
        try {
            IndexWord entry = dictionary.lookupIndexWord(pos, word);
            if (entry == null) {
                return List.of();
            }
            for (Synset sense : entry.getSenses()) {
                Set<String> found = new LinkedHashSet<>();
                for (Word candidate : sense.getWords()) {
                    inflected(candidate.getLemma(), entry.getLemma(), word, pos).ifPresent(found::add);
                }
                found.remove(word);
                if (!found.isEmpty()) {
                    return List.copyOf(found);
                }
            }
            return List.of();
        } catch (JWNLException e) {
            throw new IllegalStateException("WordNet can't look up \"" + word + "\": " + e, e);
        }
    }

    /** The candidate in the form in which {@code word} is of {@code lemma}, if that form is beyond doubt. */
    private Optional<String> inflected(String candidate, String lemma, String word, POS pos) {
        if (candidate.equalsIgnoreCase(lemma) || !candidate.chars().allMatch(c -> c >= 'a' && c <= 'z')) {
            return Optional.empty();
        }
        Optional<Inflection.Form> form = Inflection.formOf(word, lemma, pos);
        if (form.isEmpty()) {
            return Optional.empty();
        }
        if (form.get() == Inflection.Form.BASE) {
            return Optional.of(candidate);
        }
        Set<String> exceptions = irregular.getOrDefault(pos, Map.of()).getOrDefault(candidate, Set.of());
        return inflection.inflect(candidate, form.get(), exceptions);
    }
}
