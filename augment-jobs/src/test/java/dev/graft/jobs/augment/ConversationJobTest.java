// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.config.Settings;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.Conversation.Shape;
import dev.graft.corpus.Message;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Conversations through the whole job: the user's turns are edited, and the rows keep the shape in which they came. */
class ConversationJobTest extends OnSpark {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOISE =
            "operators = [{ operator = keyboard-typos, alpha = 0.5, copies = 2 }, { operator = sentence-shuffle }]";

    private AugmentSettings settings(String out, String corpus, String augment) {
        return Settings.parse(
                "name = t, out = \"" + folder.resolve(out) + "\", max-bad-rows = 1\ncorpus { shares { test = 0 }, "
                        + corpus + " }\naugment { " + augment + " }",
                AugmentSettings::read);
    }

    private Manifest run(String out, String corpus, String augment) {
        return AugmentJob.run(spark, settings(out, corpus, augment), false);
    }

    private static String said(int row) {
        return "My parcel number " + row
                + " is late. Nobody answers the telephone at all! What shall I do about it now?";
    }

    private static List<String> messages(int rows) {
        return IntStream.range(0, rows)
                .mapToObj(i -> """
                        {"no": %d, "messages": [{"role": "system", "content": "Be kind to people, always.", "name": null}, \
                        {"role": "user", "content": "%s", "name": "u%d"}, \
                        {"role": "assistant", "content": "We are sorry about parcel %d. Please wait! 😀"}, \
                        {"role": "user", "content": ""}, {"role": "assistant", "content": "  Anything\\telse?\\n"}], \
                        "text": "mine"}""".formatted(i, said(i), i, i))
                .toList();
    }

    /** Turns by the id of the row, as the reader of the training reads what was written. */
    private Map<String, List<Message>> turns(String out, Shape shape) throws IOException {
        Map<String, List<Message>> turns = new TreeMap<>();
        for (String row : runs.rows(out)) {
            JsonNode json = JSON.readTree(row);
            String id = json.get("id").asText();
            turns.put(id, Conversation.of(id, json, shape, "messages").turns());
        }
        return turns;
    }

    private void usersTurnsAlone(String out, Shape shape, int least) throws IOException {
        Map<String, List<Message>> all = turns(out, shape);
        int copies = 0;
        for (Row row : runs.table(out, "augmented")
                .select("id", "augmentation.source_id")
                .collectAsList()) {
            if (row.isNullAt(1)) {
                continue;
            }
            copies++;
            List<Message> source = requireNonNull(all.get(row.getString(1)));
            List<Message> copy = requireNonNull(all.get(row.getString(0)));
            assertThat(copy).hasSameSizeAs(source).isNotEqualTo(source);
            for (int i = 0; i < copy.size(); i++) {
                assertThat(copy.get(i).role()).isEqualTo(source.get(i).role());
                if (!source.get(i).role().equals("user")) {
                    assertThat(copy.get(i)).isEqualTo(source.get(i));
                }
            }
        }
        assertThat(copies).isGreaterThanOrEqualTo(least);
    }

    @Test
    void theSameFromOnePartitionAndSevenFromLinesAndParquetAndTheShapeStays() throws IOException {
        Path lines = runs.corpus("chats.jsonl", messages(20));
        String corpus = "train = \"" + lines + "\", messages = messages";
        Manifest manifest = run("one", corpus, NOISE + ", partitions = 1");
        usersTurnsAlone("one", Shape.MESSAGES, 50);
        assertThat(manifest.rows()).containsEntry("train", 20L);
        assertThat(requireNonNull(manifest.operators().get("keyboard-typos")).asked())
                .isEqualTo(40);
        assertThat(runs.table("one", "augmented")
                        .schema()
                        .apply("messages")
                        .dataType()
                        .simpleString())
                .isEqualTo("array<struct<content:string,name:string,role:string>>");
        assertThat(runs.table("one", "augmented")
                        .select("given_text")
                        .distinct()
                        .collectAsList())
                .hasSize(1);
        assertThat(runs.table("one", "augmented")
                        .where("augmentation is not null and messages[1].name <> concat('u', no)")
                        .count())
                .isZero();

        Path parquet = folder.resolve("chats.parquet");
        spark.read().json(lines.toString()).write().parquet(parquet.toString());
        run(
                "parquet",
                "format = parquet, train = \"" + parquet + "\", messages = messages",
                NOISE + ", partitions = 7");
        usersTurnsAlone("parquet", Shape.MESSAGES, 50);
        assertThat(turns("parquet", Shape.MESSAGES)).isEqualTo(turns("one", Shape.MESSAGES));

        AugmentSettings stricter =
                settings("one", corpus, NOISE + ", partitions = 1, filters { length-ratio { min = 0.999, max = 1 } }");
        Counts typos = requireNonNull(FilterJob.run(spark, stricter).operators().get("keyboard-typos"));
        assertThat(typos.kept()).isBetween(1L, 39L);
        assertThat(runs.table("one", "rejected")
                        .where("augmentation.scores['length-ratio'] between 0.999 and 1")
                        .count())
                .isZero();
        usersTurnsAlone("one", Shape.MESSAGES, 21);
    }

    @Test
    void otherShapesAndOtherRoles() throws IOException {
        List<String> alpaca = new ArrayList<>();
        List<String> sharegpt = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            alpaca.add("{\"instruction\": \"%s\", \"input\": \"%s\", \"output\": \"Sum %d is the answer.\"}"
                    .formatted("Add up all the numbers. Then tell me the sum, please.", i % 2 == 0 ? " " : said(i), i));
            sharegpt.add(
                    "{\"conversations\": [{\"from\": \"human\", \"value\": \"%s\"}, {\"from\": \"gpt\", \"value\": \"Wait for number %d, please.\"}]}"
                            .formatted(said(i), i));
        }
        run("alpaca", "shape = alpaca, train = \"" + runs.corpus("alpaca.jsonl", alpaca) + "\"", NOISE);
        usersTurnsAlone("alpaca", Shape.ALPACA, 12);
        assertThat(runs.table("alpaca", "augmented")
                        .where("augmentation is not null and input = ' '")
                        .count())
                .isGreaterThan(0);

        String corpus = "shape = sharegpt, train = \"" + runs.corpus("sharegpt.jsonl", sharegpt) + "\"";
        run("answers", corpus, "edit = [assistant], " + NOISE);
        Map<String, List<Message>> turns = turns("answers", Shape.SHAREGPT);
        turns.forEach((id, copy) -> assertThat(copy.get(0))
                .isEqualTo(requireNonNull(turns.get(id.replaceAll("#.*", ""))).get(0)));
        assertThat(turns.values()).extracting(turn -> turn.get(1)).doesNotHaveDuplicates();
    }

    @Test
    void aRowThatIsNoConversationIsSetAsideWithItsPlaceAndTypesStayThoseOfTheOthers() throws IOException {
        List<String> rows = new ArrayList<>(messages(6));
        rows.add("{\"messages\": \"Hi\"}");
        rows.add("{\"messages\": [{\"role\": \"bot\", \"content\": \"Hi\"}]}");
        rows.add(
                "{\"messages\": [{\"role\": \"user\", \"content\": [1]}, {\"role\": \"assistant\", \"content\": \"x\"}]}");
        rows.add("{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}");
        rows.add("{\"messages\": null}");
        rows.add(rows.get(0));
        Path file = runs.corpus("chats.jsonl", rows);
        Manifest manifest = run("out", "messages = messages, train = \"" + file + "\"", NOISE);
        assertThat(manifest.rows()).containsEntry("train", 6L);
        usersTurnsAlone("out", Shape.MESSAGES, 12);
        List<Row> aside = runs.table("out", "quarantine")
                .orderBy("offset")
                .select("file", "reason", "row")
                .collectAsList();
        assertThat(aside)
                .extracting(row -> row.getString(1))
                .containsExactly(
                        "messages is a text; allowed is a list of { role, content }",
                        "messages[0].role is \"bot\"; allowed are assistant, system, user",
                        "messages[0].content is a list; allowed is a text",
                        "no turn is the assistant's: nothing is learnt of the row",
                        "messages is null; allowed is a list of { role, content }",
                        aside.get(5).getString(1));
        assertThat(aside.get(5).getString(1)).contains("duplicate");
        assertThat(aside.get(0).getString(0)).endsWith("chats.jsonl");
        assertThat(aside.get(3).getString(2)).contains("\"Hi\"");
    }

    @Test
    void whatTheConfigurationCantMeanIsRefused() throws IOException {
        Path file = runs.corpus("chats.jsonl", messages(2));
        for (Map.Entry<String, String> each : Map.of(
                        "messages = messages, text = body", "corpus.text",
                        "messages = messages, format = csv", "corpus.messages",
                        "messages = id", "another name",
                        "messages = talks", "no column talks")
                .entrySet()) {
            assertThatThrownBy(() -> run("no", each.getKey() + ", train = \"" + file + "\"", NOISE))
                    .hasMessageContaining(each.getValue());
        }
        assertThatThrownBy(() -> run("no", "train = \"" + file + "\"", "edit = [user], " + NOISE))
                .hasMessageContaining("augment.edit");
        assertThatThrownBy(() -> run("no", "messages = messages, train = \"" + file + "\"", "edit = [robot], " + NOISE))
                .hasMessageContaining("augment.edit")
                .hasMessageContaining("system, user, assistant");
    }
}
