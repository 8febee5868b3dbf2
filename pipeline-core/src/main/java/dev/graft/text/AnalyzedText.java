// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text with what operators need to know of it. Words and protected spans are found by one cheap pass; sentences and
 * tagged tokens by OpenNLP when they are first asked for, so a document is tagged at most once whatever the number of
 * operators and copies. Belongs to one thread.
 */
public final class AnalyzedText {
    private static final int BOUND = 1 << 30;
    private static final int BESIDE_LAST = 1 << 29;
    private static final int FUNCTIONS = BESIDE_LAST - 1;

    private final Document document;
    private final TextAnalyzer analyzer;
    private final boolean editsSpans;
    private final Scan scan;
    private final List<Span> wanted;
    private final List<Token> words;
    private final List<Span> protectedSpans;
    private final Layers layers;
    private int @Nullable [] known;

    /** What is found by models, once for a document. */
    private static final class Layers {
        private @Nullable List<Span> sentences;
        private @Nullable List<Token> tokens;
        private @Nullable List<Span> fixed;
        private @Nullable Boolean english;
    }

    AnalyzedText(Document document, TextAnalyzer analyzer, Scan scan, List<Span> wanted) {
        this(document, analyzer, false, scan, wanted, new Layers());
    }

    private AnalyzedText(
            Document document, TextAnalyzer analyzer, boolean editsSpans, Scan scan, List<Span> wanted, Layers layers) {
        this.document = document;
        this.analyzer = analyzer;
        this.editsSpans = editsSpans;
        this.scan = scan;
        this.wanted = wanted;
        this.layers = layers;
        List<Span> closed = editsSpans ? List.of() : document.spans();
        if (wanted.isEmpty() && closed.isEmpty()) {
            protectedSpans = scan.guarded();
            words = scan.words();
        } else {
            List<Span> all = new ArrayList<>(scan.guarded());
            all.addAll(wanted);
            all.addAll(closed);
            protectedSpans = Scan.joined(all);
            words = editsSpans
                    ? scan.words().stream()
                            .filter(word -> !isProtected(word.start(), word.end()))
                            .toList()
                    : Scan.outside(scan.words(), protectedSpans);
        }
    }

    /**
     * The same text for an operator that may edit within an annotated span, as long as an edit doesn't cross its
     * border; for others, annotated spans are protected.
     */
    public AnalyzedText editingSpans() {
        return document.spans().isEmpty() ? this : new AnalyzedText(document, analyzer, true, scan, wanted, layers);
    }

    /** The same text for an operator that leaves annotated spans alone. */
    public AnalyzedText closingSpans() {
        return editsSpans ? new AnalyzedText(document, analyzer, false, scan, wanted, layers) : this;
    }

    /**
     * Another text, to be analysed in the same way.
     *
     * @param guarded what stays protected, whatever it looks like now: a name is one even where it opens a sentence
     */
    public AnalyzedText with(String text, List<Span> spans, List<Span> guarded) {
        AnalyzedText other = analyzer.analyze(new Document(document.id(), text, document.label(), spans), guarded);
        return editsSpans ? other.editingSpans() : other;
    }

    /** The source, untouched. */
    public String text() {
        return document.text();
    }

    public Document document() {
        return document;
    }

    /** The text of a token. */
    public String textOf(Token token) {
        return document.text().substring(token.start(), token.end());
    }

    /** The words that an operator may edit, by start; none of them touches a protected span. Without tags. */
    public List<Token> words() {
        return words;
    }

    /** What a word is to grammar, by its index in {@link #words()}: bits of {@link FunctionWords}. */
    public int functions(int word) {
        return known()[word] & FUNCTIONS;
    }

    /** Whether a negation or a modal word stands right before a word, which it speaks of: "n't quite", "can hardly". */
    public boolean isBound(int word) {
        return (known()[word] & BOUND) != 0;
    }

    /** Whether nothing but one blank, which may be edited, stands between a word and the one before it. */
    public boolean isBesideLast(int word) {
        return (known()[word] & BESIDE_LAST) != 0;
    }

    /** What operators ask of each word, found once for all of them. */
    private int[] known() {
        int[] found = known;
        if (found == null) {
            found = new int[words.size()];
            int span = 0;
            for (int i = 0; i < found.length; i++) {
                Token word = words.get(i);
                int from = i == 0 ? 0 : words.get(i - 1).end();
                boolean blankFree = true;
                while (span < protectedSpans.size() && protectedSpans.get(span).end() <= word.start()) {
                    blankFree &= protectedSpans.get(span).end() <= from;
                    span++;
                }
                Span before = span == 0 ? null : protectedSpans.get(span - 1);
                found[i] = FunctionWords.of(document.text(), word.start(), word.end())
                        | (before != null && isBinding(before, word) ? BOUND : 0)
                        | (i > 0 && blankFree && isBlank(from, word.start()) ? BESIDE_LAST : 0);
            }
            known = found;
        }
        return found;
    }

    private static boolean isBinding(Span before, Token word) {
        return before.end() >= word.start() - 1
                && (before.label().equals("negation") || before.label().equals("modal"));
    }

    private boolean isBlank(int from, int to) {
        return to == from + 1
                && (document.text().charAt(from) == ' ' || document.text().charAt(from) == '\t')
                && !(editsSpans && crossesABorder(from, to));
    }

    /** What no edit may overlap, by start and not overlapping; the label says why. */
    public List<Span> protectedSpans() {
        return protectedSpans;
    }

    /** Whether an edit of the chars from {@code start} to {@code end} would touch a protected span, or cross a border. */
    public boolean isProtected(int start, int end) {
        if (editsSpans && crossesABorder(start, end)) {
            return true;
        }
        int from = firstBehind(start);
        if (from == protectedSpans.size()) {
            return false;
        }
        Span next = protectedSpans.get(from);
        return start == end ? next.start() < start : next.start() < end;
    }

    /** The index of the first protected span that ends behind a char. */
    private int firstBehind(int start) {
        int from = 0;
        int to = protectedSpans.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (protectedSpans.get(middle).end() <= start) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** The last protected span that ends at a char or before it; null where there is none. */
    public @Nullable Span protectedBefore(int start) {
        int behind = firstBehind(start);
        return behind == 0 ? null : protectedSpans.get(behind - 1);
    }

    /** The protected spans that overlap a stretch, by start. */
    public List<Span> protectedWithin(int start, int end) {
        int first = firstBehind(start);
        int last = first;
        while (last < protectedSpans.size() && protectedSpans.get(last).start() < end) {
            last++;
        }
        return protectedSpans.subList(first, last);
    }

    private boolean crossesABorder(int start, int end) {
        for (Span span : document.spans()) {
            boolean within = start >= span.start() && end <= span.end();
            if (span.overlaps(start, end) && !within) {
                return true;
            }
        }
        return false;
    }

    /** Stretches of the text by start; white space between sentences belongs to none, a line break ends one. */
    public List<Span> sentences() {
        List<Span> known = layers.sentences;
        if (known == null) {
            known = analyzer.sentences(document.text());
            layers.sentences = known;
        }
        return known;
    }

    /** Whether the text is in English, as far as one can tell; a few words may be in any language and are taken for it. */
    public boolean isEnglish() {
        Boolean known = layers.english;
        if (known == null) {
            known = analyzer.isEnglish(document.text(), scan.words());
            layers.english = known;
        }
        return known;
    }

    /** Lines that are no running text, greetings and signatures, by start: they keep their place. */
    public List<Span> fixed() {
        List<Span> known = layers.fixed;
        if (known == null) {
            known = Layout.of(document.text()).fixed();
            layers.fixed = known;
        }
        return known;
    }

    /** Tokens with parts of speech, by start and not overlapping. */
    public List<Token> tokens() {
        List<Token> known = layers.tokens;
        if (known == null) {
            known = analyzer.tokens(document.text(), sentences());
            layers.tokens = known;
        }
        return known;
    }

    /** The tagged tokens that an operator may edit: those that are {@link #words()}, and no name by their tag. */
    public List<Token> taggedWords() {
        List<Token> tagged = new ArrayList<>();
        int word = 0;
        for (Token token : tokens()) {
            while (word < words.size() && words.get(word).start() < token.start()) {
                word++;
            }
            if (word < words.size()
                    && words.get(word).start() == token.start()
                    && words.get(word).end() == token.end()
                    && !token.tag().equals("PROPN")) {
                tagged.add(token);
            }
        }
        return tagged;
    }

    /** The ends of the user-perceived characters of a word, relative to its start: accents stay with their letter. */
    public int[] characterEnds(Token word) {
        String text = document.text();
        int[] ends = new int[word.end() - word.start()];
        int count = 0;
        for (int at = word.start(); at < word.end(); ) {
            at += Character.charCount(text.codePointAt(at));
            while (at < word.end() && Scan.isMark(text.codePointAt(at))) {
                at += Character.charCount(text.codePointAt(at));
            }
            ends[count++] = at - word.start();
        }
        return Arrays.copyOf(ends, count);
    }
}
