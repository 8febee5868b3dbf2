// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.config.Settings;
import dev.graft.corpus.Source;
import dev.graft.hub.Catalogue;
import dev.graft.hub.Pulled;
import dev.graft.storage.Storage;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What every step of a run needs to know: the keys at the top of a configuration.
 *
 * @param name of the run
 * @param out directory of the run, local or on a file system of Hadoop's; default {@code runs/<name>}
 * @param seed that all random draws of the augmentation come from; default 42
 * @param maxBadRows share of quarantined rows, from 0 to 1, beyond which the job stops; default 0.01
 * @param maxChars a longer text is quarantined; default 1,000,000
 * @param corpus what is read; {@link Source#NONE} where each stage has rows of its own
 * @param model {@code minilm}, a Hugging Face folder or a GGUF file
 */
public record Recipe(String name, String out, long seed, double maxBadRows, int maxChars, Source corpus, String model)
        implements Serializable {
    private static final int LONGEST_NAME = 200;

    public static Recipe read(Settings root) {
        String name = name(root);
        String out = out(root, name);
        return new Recipe(
                name,
                out,
                root.seed("seed", 42),
                root.number("max-bad-rows", 0.01, 0, 1),
                root.integer("max-chars", 1_000_000, 1, Integer.MAX_VALUE),
                Stages.needCorpus(root) ? Source.read(root.section("corpus")) : Source.NONE,
                model(root));
    }

    /** The same, that writes elsewhere. */
    public Recipe at(String directory) {
        return new Recipe(name, directory, seed, maxBadRows, maxChars, corpus, model);
    }

    /** The same, with another model. */
    public Recipe with(String other) {
        return new Recipe(name, out, seed, maxBadRows, maxChars, corpus, other);
    }

    /** The name of a run, which is a folder's. */
    public static String name(Settings root) {
        String name = root.string("name");
        return isName(name)
                ? name
                : root.problem("name", "a name of a folder: no slash, no control char, up to 200 chars", "");
    }

    /** The run's directory; default {@code runs/NAME}. */
    public static String out(Settings root, String name) {
        String out = root.string("out", "runs/" + name);
        return isPath(out) ? out : root.problem("out", "a path of a directory without control chars", "");
    }

    /** A folder is looked at before anything starts. */
    private static String model(Settings root) {
        String model = root.string("model", BaseModel.MINILM);
        if (model.equals(BaseModel.MINILM)) {
            return model;
        }
        if (model.endsWith(".gguf")) {
            return root.file("model").toString();
        }
        Path folder = root.model("model");
        root.check("model", folder, Recipe::require);
        return Pulled.in(Catalogue.cache(), model).map(Path::toString).orElse(model);
    }

    /** An empty name is a missing key, which is told elsewhere. */
    private static boolean isName(String name) {
        return name.isEmpty()
                || name.strip().equals(name)
                        && name.length() <= LONGEST_NAME
                        && !name.matches("\\.+")
                        && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    }

    private static boolean isPath(String path) {
        return !path.isBlank() && path.chars().noneMatch(Character::isISOControl);
    }

    public RunDirectory directory(Storage storage) {
        return new RunDirectory(storage, out);
    }

    private static void require(Path folder) {
        if (!Files.isRegularFile(folder.resolve("config.json")) && !ModelFolder.isGguf(folder)) {
            throw new CheckpointException("model " + folder + " has no config.json; allowed is " + BaseModel.MINILM
                    + " or a Hugging Face folder with config.json, weights and tokenizer.json, or a GGUF file");
        }
        ModelFolder.read(folder);
    }
}
