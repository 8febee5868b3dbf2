// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import dev.graft.checkpoint.CheckpointException;
import dev.graft.tokenize.SentencePiece;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** The tokens of M2M-100: one SentencePiece model, {@code vocab.json}, and behind its words a token for each language. */
final class M2mTokens implements PairTokens {
    /** In the order of their tokens. */
    private static final List<String> LANGUAGES =
            List.of(("af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et"
                            + " fa ff fi fr fy ga gd gl gu ha he hi hr ht hu hy id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv"
                            + " mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru sd si sk sl so sq sr ss su sv sw ta th tl tn"
                            + " tr uk ur uz vi wo xh yi yo zh zu")
                    .split(" "));

    private final Pieces pieces;
    private final int from;
    private final int to;

    /**
     * @throws CheckpointException if a file is missing, or a language is none of the model's
     */
    M2mTokens(Path folder, String from, String to) {
        pieces = Pieces.read(
                new SentencePiece(Pieces.file(folder, "sentencepiece.bpe.model")), Pieces.file(folder, "vocab.json"));
        this.from = token(folder, from);
        this.to = token(folder, to);
    }

    private int token(Path folder, String language) {
        int place = LANGUAGES.indexOf(language);
        if (place < 0) {
            throw new CheckpointException(
                    folder + ": the model's languages are " + LANGUAGES + "; \"" + language + "\" is none of them");
        }
        return pieces.ids().size() + place;
    }

    @Override
    public Source source(String sentence) {
        int[] ids = ids(from, sentence);
        return new Source(ids, Arrays.stream(ids).anyMatch(id -> id == pieces.unknown()));
    }

    @Override
    public int[] expected(String sentence) {
        return ids(to, sentence);
    }

    private int[] ids(int language, String sentence) {
        int[] words =
                pieces.model().pieces(sentence).stream().mapToInt(pieces::id).toArray();
        int[] ids = new int[words.length + 2];
        ids[0] = language;
        System.arraycopy(words, 0, ids, 1, words.length);
        ids[ids.length - 1] = pieces.id("</s>");
        return ids;
    }

    @Override
    public Target target(List<Integer> tokens) {
        return pieces.text(tokens, pieces.id("<s>"), pieces.id("<pad>"), pieces.id("</s>"));
    }

    @Override
    public OptionalInt first() {
        return OptionalInt.of(to);
    }

    @Override
    public void close() {
        pieces.model().close();
    }
}
