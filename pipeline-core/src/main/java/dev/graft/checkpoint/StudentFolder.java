// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A student as Firefox Translations publishes it; any file may be compressed ({@code .gz}).
 *
 * @param model {@code model.*.bin}
 * @param shortlist {@code lex.*.s2t.bin}
 * @param sourceVocabulary {@code srcvocab.*.spm}, or {@code vocab.*.spm}
 * @param targetVocabulary {@code trgvocab.*.spm}, or the same
 */
public record StudentFolder(Path model, Optional<Path> shortlist, Path sourceVocabulary, Path targetVocabulary) {
    private static final Pattern MODEL = Pattern.compile("model\\..*\\.bin(\\.gz)?");
    private static final Pattern SHORTLIST = Pattern.compile("lex\\..*s2t\\.bin(\\.gz)?");
    private static final Pattern VOCABULARY = Pattern.compile("vocab\\..*spm(\\.gz)?");
    private static final Pattern SOURCE = Pattern.compile("srcvocab\\..*spm(\\.gz)?");
    private static final Pattern TARGET = Pattern.compile("trgvocab\\..*spm(\\.gz)?");

    /**
     * @throws CheckpointException if a file is missing, or there are several of a kind
     */
    public static StudentFolder of(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(folder + ": no folder; a student's holds model.*.bin, lex.*.s2t.bin and"
                    + " vocab.*.spm (or srcvocab.*.spm and trgvocab.*.spm)");
        }
        try (Stream<Path> listed = Files.list(folder)) {
            List<Path> files = listed.sorted().toList();
            Optional<Path> vocabulary = only(folder, files, VOCABULARY);
            return new StudentFolder(
                    needed(folder, "model.*.bin", only(folder, files, MODEL)),
                    only(folder, files, SHORTLIST),
                    needed(folder, "vocab.*.spm or srcvocab.*.spm", vocabulary.or(() -> only(folder, files, SOURCE))),
                    needed(folder, "vocab.*.spm or trgvocab.*.spm", vocabulary.or(() -> only(folder, files, TARGET))));
        } catch (IOException e) {
            throw new UncheckedIOException("can't list " + folder + ": " + e, e);
        }
    }

    /** Whether a folder looks like a student's. */
    public static boolean is(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(
                    file -> MODEL.matcher(file.getFileName().toString()).matches());
        } catch (IOException e) {
            return false;
        }
    }

    private static Path needed(Path folder, String what, Optional<Path> file) {
        return file.orElseThrow(() -> new CheckpointException(folder + ": there is no " + what));
    }

    private static Optional<Path> only(Path folder, List<Path> files, Pattern name) {
        List<Path> named = files.stream()
                .filter(file -> name.matcher(file.getFileName().toString()).matches())
                .toList();
        if (named.size() > 1) {
            throw new CheckpointException(folder + ": one file is needed of the kind " + name + ", but there are "
                    + named.stream().map(Path::getFileName).toList());
        }
        return named.stream().findFirst();
    }
}
