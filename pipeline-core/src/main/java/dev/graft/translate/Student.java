// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.LexicalShortlist;
import dev.graft.checkpoint.MarianFile;
import dev.graft.checkpoint.StudentConfig;
import dev.graft.checkpoint.StudentFolder;
import dev.graft.generate.Generator;
import dev.graft.model.ComputeType;
import dev.graft.model.MarianStudent;
import dev.graft.tokenize.SentencePiece;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One direction of Firefox Translations. May be shared by threads. */
public final class Student implements Translator {
    private static final int UNKNOWN = 1;
    /** As the students' own settings have it ({@code max-length-factor}). */
    private static final double LENGTH_FACTOR = 2.5;
    /** Source pieces of a batch; on one core, fewer and more were slower. */
    private static final int BUDGET = 2048;

    private final NDManager manager;
    private final NeuralPair pair;

    /**
     * @param folder as {@link StudentFolder} describes it
     * @throws CheckpointException if it is not one, or the model asks for a computation that is not known
     */
    public Student(Path folder, ComputeType compute) {
        StudentFolder files = StudentFolder.of(folder);
        MarianFile file = MarianFile.read(files.model());
        StudentConfig config = StudentConfig.read(files.model().toString(), file.settings());
        Optional<LexicalShortlist> shortlist =
                files.shortlist().map(lex -> LexicalShortlist.read(lex, config.sources(), config.targets()));
        BitSet everything = new BitSet();
        everything.set(0, config.targets());
        SentencePiece source = new SentencePiece(files.sourceVocabulary());
        SentencePiece target = files.targetVocabulary().equals(files.sourceVocabulary())
                ? source
                : new SentencePiece(files.targetVocabulary());
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        MarianStudent model = new MarianStudent(config, file.weights(), compute.adaptation(manager), manager);
        pair = new NeuralPair(
                new Tokens(source, target, model.end()),
                new Generator(model, BUDGET),
                Integer.MAX_VALUE,
                ids -> shortlist.map(list -> list.candidates(ids)).orElse(everything),
                ids -> (int) Math.ceil(LENGTH_FACTOR * ids.length),
                new BitSet(),
                OptionalInt.empty());
    }

    private record Tokens(SentencePiece source, SentencePiece target, int end) implements PairTokens {
        @Override
        public Source source(String sentence) {
            int[] ids = ended(source, sentence);
            return new Source(ids, Arrays.stream(ids).anyMatch(piece -> piece == UNKNOWN));
        }

        @Override
        public int[] expected(String sentence) {
            return ended(target, sentence);
        }

        private int[] ended(SentencePiece model, String sentence) {
            int[] pieces = model.ids(sentence);
            int[] ids = Arrays.copyOf(pieces, pieces.length + 1);
            ids[pieces.length] = end;
            return ids;
        }

        @Override
        public Target target(List<Integer> tokens) {
            int[] ids = tokens.stream().mapToInt(token -> token).toArray();
            return new Target(target.text(ids), tokens.contains(UNKNOWN));
        }

        @Override
        public void close() {
            source.close();
            if (target != source) {
                target.close();
            }
        }
    }

    @Override
    public List<String> translate(List<String> sentences) {
        return translations(sentences).stream().map(Translation::text).toList();
    }

    @Override
    public List<Optional<String>> answers(List<String> sentences) {
        return translations(sentences).stream().map(Translation::whole).toList();
    }

    /** As {@link #translate}, with what is to be known of each. */
    public List<Translation> translations(List<String> sentences) {
        return pair.translations(
                sentences.stream().map(sentence -> new Draft(sentence, 0)).toList(), Manner.GREEDY);
    }

    @Override
    public List<Optional<Translation>> drafts(List<Draft> drafts, Manner manner) {
        return pair.translations(drafts, manner).stream()
                .map(each -> each.unknown() ? Optional.<Translation>empty() : Optional.of(each))
                .toList();
    }

    @Override
    public void close() {
        manager.close();
        pair.tokens().close();
    }
}
