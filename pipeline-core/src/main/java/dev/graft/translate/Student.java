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
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Request;
import dev.graft.model.MarianStudent;
import dev.graft.model.StudentWeights;
import dev.graft.tokenize.SentencePiece;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** One direction of Firefox Translations, greedy. May be shared by threads. */
public final class Student implements Translator {
    private static final int UNKNOWN = 1;
    /** As the students' own settings have it ({@code max-length-factor}). */
    private static final double LENGTH_FACTOR = 2.5;
    /** Source pieces of a batch; on one core, fewer and more were slower. */
    private static final int BUDGET = 1024;

    private final NDManager manager;
    private final SentencePiece source;
    private final SentencePiece target;
    private final Optional<LexicalShortlist> shortlist;
    private final BitSet everything;
    private final MarianStudent model;
    private final Generator greedy;

    /**
     * @param folder as {@link StudentFolder} describes it
     * @throws CheckpointException if it is not one, or the model asks for a computation that is not known
     */
    public Student(Path folder) {
        StudentFolder files = StudentFolder.of(folder);
        MarianFile file = MarianFile.read(files.model());
        StudentConfig config = StudentConfig.read(files.model().toString(), file.settings());
        shortlist = files.shortlist().map(lex -> LexicalShortlist.read(lex, config.sources(), config.targets()));
        everything = new BitSet();
        everything.set(0, config.targets());
        source = new SentencePiece(files.sourceVocabulary());
        target = files.targetVocabulary().equals(files.sourceVocabulary())
                ? source
                : new SentencePiece(files.targetVocabulary());
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        model = new MarianStudent(config, StudentWeights.place(config, file.weights(), manager), manager);
        greedy = new Generator(model, BUDGET);
    }

    /**
     * A translation.
     *
     * @param text of the target language
     * @param truncated whether it was cut at the greatest length
     * @param unknown whether the source or the translation holds a piece that the vocabulary has not
     */
    public record Translation(String text, boolean truncated, boolean unknown) {}

    @Override
    public List<String> translate(List<String> sentences) {
        return translations(sentences).stream().map(Translation::text).toList();
    }

    @Override
    public List<Optional<String>> answers(List<String> sentences) {
        return translations(sentences).stream()
                .map(each -> each.truncated || each.unknown ? Optional.<String>empty() : Optional.of(each.text))
                .toList();
    }

    /** As {@link #translate}, with what is to be known of each. */
    public List<Translation> translations(List<String> sentences) {
        List<Request> requests = sentences.stream().map(this::request).toList();
        List<Hypothesis> hypotheses = greedy.answer(requests);
        Translation[] translations = new Translation[sentences.size()];
        for (int i = 0; i < translations.length; i++) {
            Hypothesis hypothesis = hypotheses.get(i);
            int[] tokens = hypothesis.tokens().stream().mapToInt(t -> t).toArray();
            translations[i] = new Translation(
                    target.text(tokens),
                    hypothesis.truncated(),
                    hypothesis.tokens().contains(UNKNOWN)
                            || Arrays.stream(requests.get(i).source()).anyMatch(piece -> piece == UNKNOWN));
        }
        return List.of(translations);
    }

    private Request request(String sentence) {
        int[] pieces = source.ids(sentence);
        int[] ids = Arrays.copyOf(pieces, pieces.length + 1);
        ids[pieces.length] = model.end();
        return new Request(ids, shortlist.map(list -> list.candidates(ids)).orElse(everything), (int)
                Math.ceil(LENGTH_FACTOR * ids.length));
    }

    @Override
    public void close() {
        manager.close();
        source.close();
        if (target != source) {
            target.close();
        }
    }
}
