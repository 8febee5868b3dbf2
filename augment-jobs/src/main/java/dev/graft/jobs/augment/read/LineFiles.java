// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import dev.graft.corpus.CorpusRow;
import dev.graft.corpus.InputException;
import dev.graft.corpus.RowParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.spark.api.java.JavaNewHadoopRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Files of JSON Lines, text, CSV and CoNLL as rows.
 *
 * @param met is told the names of the columns of each stretch that was read
 */
record LineFiles(JavaSparkContext context, InputFiles files, RowParser parser, CollectionAccumulator<Set<String>> met) {
    private static final String PATHS = "graft.input.paths";

    /** A row and the file that it stands in. */
    record Found(String file, CorpusRow row) implements java.io.Serializable {}

    /** The rows in the order of the files. */
    JavaRDD<Found> rows() {
        return parser.readsFromAnyLine() ? splitRows() : wholeFiles();
    }

    private JavaRDD<Found> wholeFiles() {
        SerializableConfiguration hadoop = new SerializableConfiguration(context.hadoopConfiguration());
        List<String> paths =
                files.files().stream().map(file -> file.getPath().toString()).toList();
        RowParser parse = parser;
        CollectionAccumulator<Set<String>> names = met;
        return context.parallelize(paths, Math.max(1, paths.size()))
                .flatMap(each -> new Guarded(InputFiles.name(new Path(each)), parse, names, open(hadoop, each, parse)));
    }

    private static Iterator<CorpusRow> open(SerializableConfiguration hadoop, String path, RowParser parser) {
        String name = InputFiles.name(new Path(path));
        try {
            return parser.rows(name, InputFiles.open(hadoop.value(), new Path(path)))
                    .iterator();
        } catch (IOException | UncheckedIOException e) {
            throw InputFiles.unreadable(name, e);
        }
    }

    private JavaRDD<Found> splitRows() {
        Configuration hadoop = new Configuration(context.hadoopConfiguration());
        hadoop.setStrings(
                PATHS,
                files.files().stream()
                        .map(file -> java.net.URLEncoder.encode(
                                file.getPath().toString(), java.nio.charset.StandardCharsets.UTF_8))
                        .toArray(String[]::new));
        JavaNewHadoopRDD<LongWritable, Text> lines = (JavaNewHadoopRDD<LongWritable, Text>)
                context.newAPIHadoopRDD(hadoop, GivenFiles.class, LongWritable.class, Text.class);
        RowParser parse = parser;
        CollectionAccumulator<Set<String>> names = met;
        return lines.mapPartitionsWithInputSplit(
                (split, records) -> {
                    String name = InputFiles.name(((FileSplit) split).getPath());
                    return new Guarded(name, parse, names, new ParsedLines(name, parse, records));
                },
                false);
    }

    /** Takes the files that were looked for, by their very names: a path of Hadoop's is a pattern. */
    public static final class GivenFiles extends TextInputFormat {
        @Override
        protected List<FileStatus> listStatus(JobContext job) throws IOException {
            List<FileStatus> found = new ArrayList<>();
            for (String each : job.getConfiguration().getStrings(PATHS, new String[0])) {
                Path path = new Path(java.net.URLDecoder.decode(each, java.nio.charset.StandardCharsets.UTF_8));
                found.add(path.getFileSystem(job.getConfiguration()).getFileStatus(path));
            }
            return found;
        }
    }

    private static final class ParsedLines implements Iterator<CorpusRow> {
        private final String file;
        private final RowParser parser;
        private final Iterator<Tuple2<LongWritable, Text>> records;
        private @Nullable CorpusRow next;

        ParsedLines(String file, RowParser parser, Iterator<Tuple2<LongWritable, Text>> records) {
            this.file = file;
            this.parser = parser;
            this.records = records;
        }

        @Override
        public boolean hasNext() {
            while (next == null && records.hasNext()) {
                Tuple2<LongWritable, Text> record = records.next();
                next = parser.line(
                        file,
                        record._1().get(),
                        record._2().getBytes(),
                        record._2().getLength());
            }
            return next != null;
        }

        @Override
        public CorpusRow next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            CorpusRow row = java.util.Objects.requireNonNull(next);
            next = null;
            return row;
        }
    }

    /** Says in which file reading failed; tells the columns at the end. */
    private static final class Guarded implements Iterator<Found> {
        private final String file;
        private final RowParser parser;
        private final CollectionAccumulator<Set<String>> met;
        private final Iterator<CorpusRow> rows;

        Guarded(String file, RowParser parser, CollectionAccumulator<Set<String>> met, Iterator<CorpusRow> rows) {
            this.file = file;
            this.parser = parser;
            this.met = met;
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            try {
                boolean more = rows.hasNext();
                if (!more) {
                    met.add(Set.copyOf(parser.met()));
                }
                return more;
            } catch (InputException e) {
                throw e;
            } catch (Exception e) { // Spark's iterator throws what Hadoop throws, checked or not.
                throw InputFiles.unreadable(file, e instanceof UncheckedIOException io ? io.getCause() : e);
            }
        }

        @Override
        public Found next() {
            return new Found(file, rows.next());
        }
    }
}
