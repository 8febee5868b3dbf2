// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Storages;
import dev.graft.jobs.tune.TokenTable.Part;
import dev.graft.jobs.tune.TuneSettings.Teaching;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.data.Cuts;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/**
 * From rows of JSON to rows of tokens, in a task. A row that can't be used is one with a reason.
 *
 * @param model folder or name of the base model
 * @param most tokens that a row is cut to
 * @param labels of annotated spans
 * @param noises of further copies of the test rows
 * @param texts whether rows keep their text, for arms that tune nothing
 */
record Tokenising(
        Teaching teaching,
        String model,
        int most,
        List<String> labels,
        List<TestNoise> noises,
        long seed,
        boolean texts)
        implements MapPartitionsFunction<Row, Row> {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static Tokenising of(TuneSettings settings, List<String> labels) {
        return new Tokenising(
                settings.teaching(),
                settings.recipe().model(),
                settings.maxLength(),
                new ArrayList<>(labels),
                new ArrayList<>(settings.compare().noises()),
                settings.recipe().seed(),
                !settings.compare().untuned().isEmpty());
    }

    @Override
    public Iterator<Row> call(Iterator<Row> lines) {
        if (!lines.hasNext()) {
            return lines;
        }
        ModelFolder files = Storages.files(model);
        Tokenizer tokenizer = Tokenizer.whole(files.tokenizer());
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) done -> tokenizer.close());
        Subject<?> subject = Subject.of(teaching, most, labels, files, tokenizer);
        Map<String, TestNoise.Noisy> noisy = new LinkedHashMap<>();
        noises.forEach(noise -> noisy.put(noise.part(), noise.on(BaseModel.MINILM, seed)));
        return new Iterator<>() {
            private Iterator<Row> made = List.<Row>of().iterator();

            @Override
            public boolean hasNext() {
                while (!made.hasNext() && lines.hasNext()) {
                    made = tokenised(subject, noisy, lines.next()).iterator();
                }
                return made.hasNext();
            }

            @Override
            public Row next() {
                return hasNext() ? made.next() : lines.next();
            }
        };
    }

    private List<Row> tokenised(Subject<?> subject, Map<String, TestNoise.Noisy> noisy, Row line) {
        String part = line.getAs("part");
        String id = line.getAs("id");
        String json = line.getAs("json");
        List<Row> rows = new ArrayList<>();
        try {
            JsonNode row = json == null ? JSON.missingNode() : JSON.readTree(json);
            if (!row.isObject()) {
                throw new InputException(json == null ? "not UTF-8" : "not a JSON object");
            }
            rows.addAll(tokenised(subject, row, part, id, line.getAs("copy")));
            if (part.equals(Part.TEST.column())) {
                noisy.forEach((name, noise) ->
                        rows.addAll(tokenised(subject, with(noise, id, row.deepCopy()), name, id, false)));
            }
        } catch (JsonProcessingException e) {
            rows.add(refused(id, "not a JSON object: " + e.getOriginalMessage()));
        } catch (InputException | CheckpointException e) {
            rows.add(refused(id, String.valueOf(e.getMessage())));
        }
        return rows;
    }

    private <R extends dev.graft.train.data.Row> List<Row> tokenised(
            Subject<R> subject, JsonNode json, String part, String id, boolean copy) {
        Cuts cuts = new Cuts();
        String text = texts ? Conversation.text(json, teaching.text(), "") : null;
        List<Row> rows = new ArrayList<>();
        for (R row : subject.reader().read(json, id, cuts)) {
            boolean first = rows.isEmpty();
            rows.add(RowFactory.create(
                    part,
                    row.id(),
                    copy,
                    null,
                    row.tokens(),
                    first ? cuts.targets() - cuts.lost() : 0L,
                    first ? cuts.lost() : 0L,
                    first ? (long) cuts.cut() : 0L,
                    text,
                    subject.format().bytes(row)));
        }
        return rows;
    }

    private static Row refused(String id, String reason) {
        return RowFactory.create(Part.REFUSED.column(), id, false, reason, 0, 0L, 0L, 0L, null, new byte[0]);
    }

    /** What the user says gets the noise; what is learnt of it stays. */
    private JsonNode with(TestNoise.Noisy noisy, String id, ObjectNode row) {
        if (teaching.kind() != ObjectiveKind.SFT) {
            put(noisy, id, row, teaching.text());
            return row;
        }
        String list = teaching.conversations().columns().get(0);
        switch (teaching.conversations().shape()) {
            case ALPACA -> List.of("instruction", "input").forEach(column -> put(noisy, id, row, column));
            case MESSAGES, SHAREGPT -> {
                for (JsonNode turn : row.path(list)) {
                    String role = turn.path("role").asText(turn.path("from").asText());
                    if (turn instanceof ObjectNode said
                            && List.of("user", "human").contains(role)) {
                        put(noisy, id, said, teaching.conversations().contents());
                    }
                }
            }
        }
        return row;
    }

    private static void put(TestNoise.Noisy noisy, String id, ObjectNode row, String column) {
        if (row.path(column).isTextual()) {
            row.put(column, noisy.of(id, row.get(column).asText()));
        }
    }
}
