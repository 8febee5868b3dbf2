// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Resources;
import dev.graft.augment.operator.BackTranslation.Engine;
import dev.graft.checkpoint.StudentFolder;
import dev.graft.config.Settings;
import dev.graft.hub.Catalogue;
import dev.graft.translate.FolderTranslator;
import dev.graft.translate.Translator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Ways from English through one or several languages and back, each by models.
 *
 * @param chains the directions of each way, in their order
 * @param models the folder that has a model for each direction
 */
record PivotChains(Engine engine, List<List<Direction>> chains, Path models) {
    private static final String ENGLISH = "en";
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}");

    /** A direction of translation. */
    record Direction(String from, String to) {
        /** The folder of its model: one of its own, such as {@code en-de}, or in a stage's, or that of a model of many languages. */
        Path folder(Path models) {
            Path trained = models.resolve(this.toString()).resolve("model");
            return FolderTranslator.is(models)
                    ? models
                    : FolderTranslator.is(trained) ? trained : models.resolve(this.toString());
        }

        @Override
        public String toString() {
            return from + "-" + to;
        }
    }

    /** Of the keys {@code pivots} and {@code models}; a model that is not there is told. */
    static PivotChains read(Settings section, Engine engine) {
        List<List<String>> pivots = section.lists("pivots", List.of(List.of("pt")));
        if (pivots.isEmpty() || !pivots.stream().allMatch(PivotChains::isChain)) {
            section.problem("pivots", "chains of languages, such as [[pt]] or [[pt], [de, fr]]", pivots);
            return new PivotChains(engine, List.of(), Path.of(""));
        }
        Path models = section.has("models") ? section.folder("models") : Catalogue.cache();
        PivotChains chains = new PivotChains(
                engine, pivots.stream().map(PivotChains::directions).toList(), models);
        chains.require(section);
        return chains;
    }

    private static boolean isChain(List<String> languages) {
        return !languages.isEmpty()
                && languages.stream().allMatch(each -> LANGUAGE.matcher(each).matches());
    }

    /** English to the first pivot, on to the next, and back: "en-de", "de-fr", "fr-en". */
    private static List<Direction> directions(List<String> languages) {
        List<Direction> directions = new ArrayList<>();
        String from = ENGLISH;
        for (String to : languages) {
            directions.add(new Direction(from, to));
            from = to;
        }
        directions.add(new Direction(from, ENGLISH));
        return directions;
    }

    private void require(Settings section) {
        Predicate<Path> isModel = engine == Engine.STUDENTS ? StudentFolder::is : FolderTranslator::is;
        String key = section.has("models") ? "models" : "pivots";
        chains.stream().flatMap(List::stream).distinct().forEach(direction -> {
            Path folder = direction.folder(models);
            if (!isModel.test(folder)) {
                section.lacks(
                        key,
                        "there is no model in " + folder + "; to get it: "
                                + (engine == Engine.STUDENTS
                                        ? "graft pull " + direction
                                        : "put there config.json, model.safetensors, vocab.json, source.spm and"
                                                + " target.spm of such a model"));
            } else if (engine == Engine.MARIAN) {
                section.check(key, folder, each -> FolderTranslator.require(each, direction.from, direction.to));
            }
        });
    }

    List<List<Translator>> load(Resources resources) {
        return chains.stream()
                .map(chain -> chain.stream()
                        .map(direction -> load(direction, resources))
                        .toList())
                .toList();
    }

    private Translator load(Direction direction, Resources resources) {
        Path folder = direction.folder(models);
        return engine == Engine.MARIAN
                ? resources.translator(folder, direction.from, direction.to)
                : resources.translator(folder);
    }
}
