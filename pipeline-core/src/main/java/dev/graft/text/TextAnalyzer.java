// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
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
    /** A sentence over this is tagged in pieces; a text without an end would take the tagger's time and memory. */
    private static final int MAX_TOKENS = 200;

    private final Protection protection;
    private @Nullable Models models;

    /** Loaded from the class path when the first sentence is asked for. */
    private record Models(
            ThreadSafeSentenceDetectorME sentences, ThreadSafeTokenizerME tokenizer, ThreadSafePOSTaggerME tagger) {
        static Models load() {
            try (InputStream sentence = model("opennlp-en-ud-ewt-sentence-1.3-2.5.4.bin");
                    InputStream token = model("opennlp-en-ud-ewt-tokens-1.3-2.5.4.bin");
                    InputStream tag = model("opennlp-en-ud-ewt-pos-1.3-2.5.4.bin")) {
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

    /** A line break ends a sentence: the detector was trained on running text and would join lists and signatures. */
    List<Span> sentences(String text) {
        ThreadSafeSentenceDetectorME detector = models().sentences();
        List<Span> found = new ArrayList<>();
        int lineStart = 0;
        while (lineStart <= text.length()) {
            int lineEnd = text.indexOf('\n', lineStart) < 0 ? text.length() : text.indexOf('\n', lineStart);
            String line = text.substring(lineStart, lineEnd);
            if (!line.isBlank()) {
                for (opennlp.tools.util.Span sentence : detector.sentPosDetect(line)) {
                    found.add(new Span(lineStart + sentence.getStart(), lineStart + sentence.getEnd(), "sentence"));
                }
            }
            lineStart = lineEnd + 1;
        }
        return found;
    }

    List<Token> tokens(String text, List<Span> within) {
        ThreadSafeTokenizerME tokenizer = models().tokenizer();
        List<Token> tokens = new ArrayList<>();
        for (Span sentence : within) {
            String surface = text.substring(sentence.start(), sentence.end());
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
