// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import dev.graft.config.Settings;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * Where the corpus lies and how its rows are read: the section {@code corpus}.
 *
 * @param format of all files
 * @param train path of the training rows, local or any that Spark reads
 * @param validation path of the validation rows; where absent, {@code splitter} takes them from {@code train}
 * @param test path of the test rows; where absent, {@code splitter} takes them from {@code train}
 * @param text name of the column that holds the text
 * @param label name of the column that holds the class; absent for an unlabelled corpus
 * @param labels the classes that are allowed; where empty, those of the training rows
 * @param id name of the column that holds the id; where absent, a hash of the content is the id
 * @param spans name of a column of annotated spans, an array of {@code start}, {@code end} (chars: UTF-16 units) and
 *     {@code label}; that of CoNLL files is {@code spans}
 * @param group name of the column whose rows stay in one split; default the id
 * @param split name of a column that says train, validation or test, instead of the hash
 * @param splitter shares of validation and test
 * @param limit training rows to take at most, by the hash of their id; 0 takes all
 */
public record Source(
        Format format,
        String train,
        Optional<String> validation,
        Optional<String> test,
        String text,
        Optional<String> label,
        List<String> labels,
        Optional<String> id,
        Optional<String> spans,
        Optional<String> group,
        Optional<String> split,
        Splitter splitter,
        int limit)
        implements Serializable {

    /** What the files are. */
    public enum Format {
        /** One JSON object a line. */
        JSONL,
        /** Comma-separated with a header; a quoted field may span lines. */
        CSV,
        PARQUET,
        /** Each line is a document; the only column is {@code text}. */
        TEXT,
        /** A token and its BIO label a line, a blank line between documents; the columns are {@code text} and {@code spans}. */
        CONLL
    }

    public Source {
        labels = List.copyOf(labels);
        if (split.isPresent() && (validation.isPresent() || test.isPresent())) {
            throw new IllegalArgumentException("corpus.split names a column, and corpus.validation or corpus.test a"
                    + " file; allowed is one of the two");
        }
    }

    /** Whether rows may be for anything but training. */
    public boolean hasEvaluation() {
        return validation.isPresent() || test.isPresent() || split.isPresent() || !splitter.trainsOnAll();
    }

    /** Reads the section. */
    public static Source read(Settings corpus) {
        Settings shares = corpus.section("shares");
        Optional<String> test = corpus.optionalString("test");
        Format format = corpus.choice("format", Format.class, Format.JSONL);
        return new Source(
                format,
                corpus.string("train"),
                corpus.optionalString("validation"),
                test,
                corpus.string("text", "text"),
                corpus.optionalString("label"),
                corpus.strings("labels", List.of()),
                corpus.optionalString("id"),
                format == Format.CONLL ? Optional.of("spans") : corpus.optionalString("spans"),
                corpus.optionalString("group"),
                corpus.optionalString("split"),
                new Splitter(
                        shares.number("validation", 0, 0, 0.5),
                        shares.number("test", test.isPresent() ? 0 : 0.2, 0, 0.49)),
                corpus.integer("limit", 0, 0, Integer.MAX_VALUE));
    }
}
