// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.corpus.InputException;
import dev.graft.generate.Pick;
import dev.graft.hub.Catalogue;
import dev.graft.hub.Pulled;
import dev.graft.jobs.tune.TunedModel;
import dev.graft.model.ComputeType;
import dev.graft.task.CausalLm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** How a model answers: what every command takes that has it write. */
final class AnswerOptions {
    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "0 takes the likeliest token; default ${DEFAULT-VALUE}")
    private double temperature = 0.7;

    @Option(names = "--top-k", paramLabel = "K", description = "of so many tokens; 0, the default, of any number")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "of the fewest with this probability; default ${DEFAULT-VALUE}")
    private double topP = 0.95;

    @Option(names = "--repetition-penalty", paramLabel = "R", description = "1, the default, is none")
    private double penalty = 1;

    @Option(names = "--max-tokens", paramLabel = "N", description = "of an answer; default ${DEFAULT-VALUE}")
    private int most = 512;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            description = "the same seed answers the same; default ${DEFAULT-VALUE}")
    private long seed = 1;

    @Option(
            names = "--adapter",
            paramLabel = "FOLDER",
            description = "what the model was taught: a folder that train or PEFT wrote")
    private Optional<Path> adapter = Optional.empty();

    @Option(
            names = "--compute-type",
            paramLabel = "TYPE",
            description = "float32, the default, or int8, which is faster and not exact")
    private ComputeType compute = ComputeType.FLOAT32;

    /**
     * The model, with its adapter where one is named.
     *
     * @throws InputException if an adapter is to multiply integers
     */
    CausalLm open(String model) {
        Path place = place(model);
        if (adapter.isPresent() && compute == ComputeType.INT8) {
            throw new InputException("--compute-type int8 is for a model without an adapter, and --adapter is "
                    + adapter.get() + "; graft merge makes one model of both");
        }
        return adapter.map(folder -> TunedModel.open(place, folder))
                .orElseGet(() -> new CausalLm(place, OptionalInt.empty(), compute));
    }

    /**
     * How the tokens of one answer are chosen.
     *
     * @param answer its number, by which its draws differ from those of others
     */
    Pick pick(long answer) {
        return temperature == 0 ? Pick.LIKELIEST : new Pick.Sampled(temperature, topK, topP, penalty, answer);
    }

    /** The most tokens of an answer. */
    int most() {
        return most;
    }

    long seed() {
        return seed;
    }

    /** Where a model lies that is named by its path, or as it was pulled. */
    static Path place(String given) {
        Path path = Path.of(given);
        if (Files.exists(path)) {
            return path;
        }
        return Pulled.in(Catalogue.cache(), given)
                .orElseThrow(() -> new InputException(
                        "model is \"" + given + "\"; allowed is " + Pulled.allowed(given) + ", or a GGUF file"));
    }
}
