// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import dev.graft.checkpoint.BaseModel;
import dev.graft.config.Settings;
import dev.graft.corpus.Source;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * What every step of a run needs to know: the keys at the top of a configuration.
 *
 * @param name of the run
 * @param out directory of the run; default {@code runs/<name>}
 * @param seed that all random draws of the augmentation come from; default 42
 * @param maxBadRows share of quarantined rows, from 0 to 1, beyond which the job stops; default 0.01
 * @param maxChars a longer text is quarantined; default 1,000,000
 * @param corpus what is read
 * @param model {@code minilm} or a Hugging Face folder
 */
public record Recipe(String name, String out, long seed, double maxBadRows, int maxChars, Source corpus, String model)
        implements Serializable {
    public static Recipe read(Settings root) {
        String name = root.string("name");
        return new Recipe(
                name,
                root.string("out", "runs/" + name),
                root.seed("seed", 42),
                root.number("max-bad-rows", 0.01, 0, 1),
                root.integer("max-chars", 1_000_000, 1, Integer.MAX_VALUE),
                Source.read(root.section("corpus")),
                root.string("model", BaseModel.MINILM));
    }

    public RunDirectory directory() {
        return new RunDirectory(Path.of(out));
    }
}
