// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.adapt.AdapterFolder;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.InputException;
import dev.graft.generate.Pick;
import dev.graft.jobs.Storages;
import dev.graft.run.RunDirectory;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.task.CausalLm;
import dev.graft.train.Figures;
import dev.graft.train.data.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a tuned language model is worth on the rows that were held out: loss, perplexity and token accuracy, or the preference's figures;
 * and, of conversations, what it writes, beside what stands there.
 */
public final class TunedEvaluation {
    /** Answers beside references, a line each. */
    static final String GENERATIONS = "generations.jsonl";

    static final String EVALUATION = "evaluation.json";
    private static final int MOST_TOKENS = 512;

    private TunedEvaluation() {}

    /**
     * @param most conversations that are answered, the first ones; the figures are of all rows
     * @throws InputException if the run has no adapter, or no row is held out
     */
    public static void run(TuneSettings settings, int most) throws IOException {
        String out = settings.recipe().out();
        if (settings.rows().isPresent()) {
            throw new InputException(
                    "the stage takes the rows of another one, and its held-out rows with them: their figures"
                            + " stand in " + out + "/" + TuneJob.METRICS + "; allowed is a stage with data = corpus");
        }
        RunDirectory directory = new RunDirectory(Storages.of(out), out);
        try (Lock held = directory.lock(Clock.systemUTC(), false)) {
            if (!directory.has("adapter")) {
                throw new InputException(directory.root() + " holds no adapter; first: bin/graft train CONF");
            }
            Path adapter = local(directory.place("adapter"));
            SortedMap<String, Double> scores = new TreeMap<>();
            try (Tuning<?> tuning = Tuning.open(settings, AdapterFolder.read(adapter, List.of()))) {
                scores.putAll(figures(tuning));
            }
            if (settings.teaching().kind() == ObjectiveKind.SFT) {
                StringBuilder lines = new StringBuilder();
                try (CausalLm lm =
                        TunedModel.open(Storages.local(settings.recipe().model()), adapter)) {
                    List<Conversation> asked = TuneRows.heldOut(
                            settings.recipe().corpus(), settings.teaching().conversations());
                    scores.putAll(Generations.of(
                                    lm,
                                    asked.subList(0, Math.min(most, asked.size())),
                                    MOST_TOKENS,
                                    any -> Pick.LIKELIEST,
                                    line -> lines.append(json(line)).append('\n'))
                            .scores());
                }
                directory.place(GENERATIONS).write(lines.toString().getBytes(StandardCharsets.UTF_8));
                System.out.println("generations: " + directory.at(GENERATIONS));
            }
            RunDirectory.write(directory.place(EVALUATION), scores);
            scores.forEach((name, value) -> System.out.printf(Locale.ROOT, "%-16s %.3f%n", name, value));
        }
    }

    private static <R extends Row> SortedMap<String, Double> figures(Tuning<R> tuning) {
        List<R> rows = tuning.rows().validation();
        if (rows.isEmpty()) {
            throw new InputException(
                    "no row is held out; allowed is corpus.test, corpus.validation, or a share of more than 0 in corpus.shares");
        }
        Figures figures = tuning.objective().evaluate(rows);
        SortedMap<String, Double> named = new TreeMap<>(figures.others());
        named.put("loss", figures.loss());
        return named;
    }

    private static Path local(Place place) {
        if (!(place.storage() instanceof LocalStorage)) {
            throw new InputException(
                    "out is " + place.path() + "; allowed for a language model is a folder of this machine");
        }
        return LocalStorage.path(place.path());
    }

    private static String json(Object line) {
        try {
            return new ObjectMapper().writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
