// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import dev.graft.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import opennlp.tools.postag.POSModel;
import opennlp.tools.postag.ThreadSafePOSTaggerME;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.sentdetect.ThreadSafeSentenceDetectorME;
import opennlp.tools.tokenize.ThreadSafeTokenizerME;
import opennlp.tools.tokenize.TokenizerModel;
import org.jspecify.annotations.Nullable;

/**
 * Finds sentences, tokens and parts of speech of English text with OpenNLP's models (Universal Dependencies, EWT), and
 * what must not be touched. May be shared by threads.
 */
public final class TextAnalyzer {
    private static final String SENTENCES = "opennlp-en-ud-ewt-sentence-1.3-2.5.4.bin";
    private static final String TOKENS = "opennlp-en-ud-ewt-tokens-1.3-2.5.4.bin";
    private static final String TAGS = "opennlp-en-ud-ewt-pos-1.3-2.5.4.bin";

    /** A sentence over this is tagged in pieces; a text without an end would take the tagger's time and memory. */
    private static final int MAX_TOKENS = 200;

    /** A stretch without white space over this is no word, and would take the models' time by its square. */
    private static final int LONGEST_STRETCH = 300;

    /** "ms. garner walks": in small letters the detector takes a title for a sentence. */
    private static final Pattern TITLE =
            Pattern.compile("(?iU)(?:.*[^\\p{L}])?(?:mr|mrs|ms|dr|st|prof|rev|jr|sr|vs)\\.");

    /** Marks that close what the sentence before them says, where a tokeniser set them apart. */
    private static final Pattern CLOSING =
            Pattern.compile("((?:''|[\u201d\u2019\u00bb)\\]}.!?\u2026])+|[\"'](?=\\s*$))(?:\\s+|$)");
    /** Fewer words than these may be in any language. */
    private static final int FEW_WORDS = 4;
    /** English without a function word that tells is mostly among the first. */
    private static final int FIRST_RANKS = 10;

    private final Protection protection;
    private @Nullable Models models;
    private @Nullable Languages languages;

    /** Loaded from the class path when the first sentence is asked for. */
    private record Models(
            ThreadSafeSentenceDetectorME sentences, ThreadSafeTokenizerME tokenizer, ThreadSafePOSTaggerME tagger) {
        static Models load() {
            try (InputStream sentence = model(SENTENCES);
                    InputStream token = model(TOKENS);
                    InputStream tag = model(TAGS)) {
                return new Models(
                        new ThreadSafeSentenceDetectorME(new SentenceModel(sentence)),
                        new ThreadSafeTokenizerME(new TokenizerModel(token)),
                        new ThreadSafePOSTaggerME(new POSModel(tag)));
            } catch (IOException e) {
                throw new UncheckedIOException("an OpenNLP model can't be read: " + e, e);
            }
        }
    }

    public TextAnalyzer() {
        this(Protection.NONE);
    }

    /** As {@link #TextAnalyzer()}, leaving alone what a user wants left alone. */
    public TextAnalyzer(Protection protection) {
        this.protection = protection;
    }

    /** The hash of each model that it may ask, by the name of its file. */
    public static SortedMap<String, String> modelHashes() {
        SortedMap<String, String> hashes = new TreeMap<>();
        for (String model : List.of(SENTENCES, TOKENS, TAGS, Languages.MODEL)) {
            hashes.put(model, Sha256.of(TextAnalyzer.class, "/" + model));
        }
        return hashes;
    }

    private synchronized Models models() {
        Models loaded = models == null ? Models.load() : models;
        models = loaded;
        return loaded;
    }

    private static InputStream model(String name) {
        InputStream in = TextAnalyzer.class.getResourceAsStream("/" + name);
        if (in == null) {
            throw new IllegalStateException(name + " is not on the class path");
        }
        return in;
    }

    /** Words and protected spans at once; the rest of the document when it is asked for. */
    public AnalyzedText analyze(Document document) {
        return analyze(document, List.of());
    }

    AnalyzedText analyze(Document document, List<Span> guarded) {
        List<Span> wanted = protection.spans(document.text());
        wanted.addAll(guarded);
        return new AnalyzedText(document, this, Scan.of(document.text()), wanted);
    }

    /** By function words, and by the detector where these don't tell. */
    boolean isEnglish(String text, List<Token> words) {
        int balance = Foreign.balance(text, words);
        if (balance > 1 || words.isEmpty()) {
            return true;
        }
        if (!Foreign.isLatin(text, words)) {
            return false;
        }
        if (balance > 0 || words.size() < FEW_WORDS) {
            return balance >= 0;
        }
        return balance == 0 && languages().rank(text, "eng") <= FIRST_RANKS;
    }

    private synchronized Languages languages() {
        Languages loaded = languages == null ? Languages.load() : languages;
        languages = loaded;
        return loaded;
    }

    /** A line break ends a sentence: the detector was trained on running text and would join lists and signatures. */
    List<Span> sentences(String text) {
        ThreadSafeSentenceDetectorME detector = models().sentences();
        List<Span> found = new ArrayList<>();
        int lineStart = 0;
        while (lineStart <= text.length()) {
            int lineEnd = text.indexOf('\n', lineStart) < 0 ? text.length() : text.indexOf('\n', lineStart);
            String line = text.substring(lineStart, lineEnd);
            int from = 0;
            for (Span stretch : stretches(line)) {
                addSentences(detector, line, from, stretch.start(), lineStart, found);
                found.add(new Span(lineStart + stretch.start(), lineStart + stretch.end(), "sentence"));
                from = stretch.end();
            }
            addSentences(detector, line, from, line.length(), lineStart, found);
            lineStart = lineEnd + 1;
        }
        return found;
    }

    private static void addSentences(
            ThreadSafeSentenceDetectorME detector, String line, int from, int to, int lineStart, List<Span> found) {
        String piece = line.substring(from, to);
        if (!piece.isBlank()) {
            for (opennlp.tools.util.Span sentence : detector.sentPosDetect(piece)) {
                int start = lineStart + from + sentence.getStart();
                int end = lineStart + from + sentence.getEnd();
                boolean first = sentence.getStart()
                        == piece.length() - piece.stripLeading().length();
                Matcher closing = CLOSING.matcher(piece).region(sentence.getStart(), sentence.getEnd());
                if (!first && closing.lookingAt()) {
                    Span before = found.remove(found.size() - 1);
                    found.add(new Span(before.start(), start + closing.end(1) - sentence.getStart(), "sentence"));
                    start += closing.end() - sentence.getStart();
                }
                if (start == end) {
                    continue;
                }
                Span last = first ? null : found.get(found.size() - 1);
                if (last != null && TITLE.matcher(text(line, lineStart, last)).matches()) {
                    start = found.remove(found.size() - 1).start();
                }
                found.add(new Span(start, end, "sentence"));
            }
        }
    }

    private static String text(String line, int lineStart, Span sentence) {
        return line.substring(sentence.start() - lineStart, sentence.end() - lineStart);
    }

    /** Stretches without white space that are longer than any word. */
    private static List<Span> stretches(String line) {
        List<Span> stretches = new ArrayList<>();
        int start = 0;
        for (int at = 0; at <= line.length(); at++) {
            if (at == line.length() || Scanner.isSpace(line.charAt(at))) {
                if (at - start > LONGEST_STRETCH) {
                    stretches.add(new Span(start, at, "stretch"));
                }
                start = at + 1;
            }
        }
        return stretches;
    }

    List<Token> tokens(String text, List<Span> within) {
        ThreadSafeTokenizerME tokenizer = models().tokenizer();
        List<Token> tokens = new ArrayList<>();
        for (Span sentence : within) {
            String surface = text.substring(sentence.start(), sentence.end());
            if (surface.length() > LONGEST_STRETCH && surface.chars().noneMatch(c -> Scanner.isSpace((char) c))) {
                tokens.add(new Token(sentence.start(), sentence.end(), "X"));
                continue;
            }
            List<opennlp.tools.util.Span> words = wholeCharacters(surface, tokenizer.tokenizePos(surface));
            for (int from = 0; from < words.size(); from += MAX_TOKENS) {
                List<opennlp.tools.util.Span> piece = words.subList(from, Math.min(words.size(), from + MAX_TOKENS));
                String[] forms = piece.stream()
                        .map(word -> surface.substring(word.getStart(), word.getEnd()))
                        .toArray(String[]::new);
                String[] tags = tags(forms);
                for (int i = 0; i < forms.length; i++) {
                    int start = sentence.start() + piece.get(i).getStart();
                    tokens.add(new Token(start, start + forms[i].length(), tags[i]));
                }
            }
        }
        return tokens;
    }

    /** Tags of tokens as they are given. */
    public String[] tags(String[] tokens) {
        return models().tagger().tag(tokens);
    }

    /** Joins tokens whose border lies within a user-perceived character. */
    private static List<opennlp.tools.util.Span> wholeCharacters(String text, opennlp.tools.util.Span[] tokens) {
        List<opennlp.tools.util.Span> whole = new ArrayList<>();
        for (opennlp.tools.util.Span token : tokens) {
            int last = whole.size() - 1;
            if (last >= 0 && whole.get(last).getEnd() == token.getStart() && joins(text, token.getStart())) {
                whole.set(last, new opennlp.tools.util.Span(whole.get(last).getStart(), token.getEnd()));
            } else {
                whole.add(token);
            }
        }
        return whole;
    }

    private static boolean joins(String text, int at) {
        return Character.isLowSurrogate(text.charAt(at)) || Scan.isMark(text.codePointAt(at));
    }
}
