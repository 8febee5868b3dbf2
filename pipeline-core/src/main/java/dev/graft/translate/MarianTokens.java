// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import dev.graft.checkpoint.CheckpointException;
import dev.graft.tokenize.SentencePiece;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens of MarianMT: a SentencePiece model a side, one {@code vocab.json} or one a side, and before the source of a model that
 * has several targets a token that names one, such as {@code >>spa<<}.
 */
final class MarianTokens implements PairTokens {
    private static final Pattern CODE = Pattern.compile(">>.+<<");
    private static final String END = "</s>";

    private final Pieces source;
    private final Pieces target;
    private final Optional<String> code;
    private final int pad;

    /**
     * @param language of the target, as ISO 639 has it
     * @param pad which is no word
     * @throws CheckpointException if a file is missing, or the model has several targets and this is none of them
     */
    MarianTokens(Path folder, String language, int pad) {
        Path words = Pieces.file(folder, "vocab.json");
        Path others = folder.resolve("target_vocab.json");
        this.pad = pad;
        source = Pieces.read(new SentencePiece(Pieces.file(folder, "source.spm")), words);
        target = Pieces.read(
                new SentencePiece(Pieces.file(folder, "target.spm")), Files.isRegularFile(others) ? others : words);
        code = code(folder, language);
        if (!source.ids().containsKey(END)) {
            throw new CheckpointException(words + ": there is no " + END);
        }
    }

    private Optional<String> code(Path folder, String language) {
        List<String> codes = source.ids().keySet().stream()
                .filter(word -> CODE.matcher(word).matches())
                .sorted()
                .toList();
        if (codes.isEmpty()) {
            return Optional.empty();
        }
        List<String> names = List.of(language, Locale.forLanguageTag(language).getISO3Language());
        return Optional.of(codes.stream()
                .filter(each -> names.contains(each.substring(2, each.length() - 2)))
                .findFirst()
                .orElseThrow(() -> new CheckpointException(folder + ": the model translates into "
                        + codes.subList(0, Math.min(20, codes.size())) + "; \"" + language + "\" is none of them")));
    }

    @Override
    public Source source(String sentence) {
        List<String> pieces = new ArrayList<>();
        Matcher own = CODE.matcher(sentence);
        String plain = sentence;
        if (own.lookingAt()) {
            pieces.add(own.group());
            plain = sentence.substring(own.end());
        } else {
            code.ifPresent(pieces::add);
        }
        pieces.addAll(source.model().pieces(plain));
        int[] ids = pieces.stream().mapToInt(source::id).toArray();
        boolean unknown = Arrays.stream(ids).anyMatch(id -> id == source.unknown());
        int[] whole = Arrays.copyOf(ids, ids.length + 1);
        whole[ids.length] = source.id(END);
        return new Source(whole, unknown);
    }

    @Override
    public int[] expected(String sentence) {
        List<String> pieces = new ArrayList<>(target.model().pieces(sentence));
        pieces.add(END);
        return pieces.stream().mapToInt(target::id).toArray();
    }

    @Override
    public Target target(List<Integer> tokens) {
        return target.text(tokens, pad, target.id(END));
    }

    @Override
    public void close() {
        source.model().close();
        target.model().close();
    }
}
