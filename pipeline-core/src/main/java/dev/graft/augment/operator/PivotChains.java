// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Resources;
import dev.graft.augment.operator.BackTranslation.Engine;
import dev.graft.checkpoint.StudentFolder;
import dev.graft.config.Settings;
import dev.graft.hub.Catalogue;
import dev.graft.run.TrainedTranslator;
import dev.graft.translate.FolderTranslator;
import dev.graft.translate.Translator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Ways from English through one or several languages and back, each by models.
 *
 * @param chains the directions of each way, in their order
 * @param folders the model of each direction
 */
record PivotChains(Engine engine, List<List<Direction>> chains, Map<Direction, Path> folders) {
    private static final String ENGLISH = "en";
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}");

    private static final String FROM = "from";
    private static final String MODELS = "models";

    /** A direction of translation. */
    record Direction(String from, String to) {
        /** The folder of its model: one of its own, such as {@code en-de}, or in a stage's, or that of a model of many languages. */
        Path folder(Path models) {
            Path trained = models.resolve(this.toString()).resolve(TrainedTranslator.MODEL);
            return FolderTranslator.is(models)
                    ? models
                    : FolderTranslator.is(trained) ? trained : models.resolve(this.toString());
        }

        @Override
        public String toString() {
            return from + "-" + to;
        }
    }

    /** Whether a section names its models one by one, or the stages that train them, as folders of a hub's kind. */
    static boolean areNamed(Settings section) {
        return section.has(FROM) || section.isSection(MODELS);
    }

    /** Of the keys {@code pivots} and {@code models} or {@code from}; a model that is not there is told. */
    static PivotChains read(Settings section, Engine engine) {
        List<List<String>> pivots = section.lists("pivots", List.of(List.of("pt")));
        if (pivots.isEmpty() || !pivots.stream().allMatch(PivotChains::isChain)) {
            section.problem("pivots", "chains of languages, such as [[pt]] or [[pt], [de, fr]]", pivots);
            pivots = List.of();
        }
        List<List<Direction>> chains =
                pivots.stream().map(PivotChains::directions).toList();
        Set<Direction> all = chains.stream().flatMap(List::stream).collect(Collectors.toCollection(LinkedHashSet::new));
        if (section.has(FROM)) {
            trained(section, engine, all);
            return new PivotChains(engine, chains, Map.of());
        }
        Map<Direction, Path> folders = new LinkedHashMap<>();
        if (section.isSection(MODELS)) {
            Settings models = section.section(MODELS);
            all.forEach(each -> folders.put(each, models.folder(each.toString())));
            folders.forEach((each, folder) -> require(models, each.toString(), engine, each, folder));
        } else {
            Path models = section.has(MODELS) ? section.folder(MODELS) : Catalogue.cache();
            String key = section.has(MODELS) ? MODELS : "pivots";
            all.forEach(each -> folders.put(each, each.folder(models)));
            folders.forEach((each, folder) -> require(section, key, engine, each, folder));
        }
        return new PivotChains(engine, chains, folders);
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

    /** The models that stages before this one train; when they have, {@code models} has their folders in the place of {@code from}. */
    private static void trained(Settings section, Engine engine, Set<Direction> needed) {
        if (engine != Engine.MARIAN) {
            section.problem("engine", "marian, where from names the stages that train its models", "");
        }
        if (section.has(MODELS)) {
            section.problem(MODELS, "nothing beside from", "");
        }
        List<TrainedTranslator> trained = TrainedTranslator.before(section);
        Map<String, String> folders = new LinkedHashMap<>();
        for (String name : section.textOrTexts(FROM, List.of())) {
            Optional<TrainedTranslator> named =
                    trained.stream().filter(each -> each.stage().equals(name)).findFirst();
            if (named.isEmpty()) {
                section.problem(FROM, allowed(trained), "");
                return;
            }
            Direction direction =
                    new Direction(named.get().source(), named.get().target());
            if (!needed.contains(direction) || folders.containsKey(direction.toString())) {
                section.problem(
                        FROM,
                        "one stage for each direction of pivots: " + needed + "; " + name + " is " + direction,
                        "");
            }
            folders.put(direction.toString(), named.get().folder());
        }
        List<Direction> missing = needed.stream()
                .filter(each -> !folders.containsKey(each.toString()))
                .toList();
        if (!missing.isEmpty()) {
            section.problem(FROM, "one stage for each direction of pivots; there is none for " + missing, "");
        }
        section.promise(FROM, MODELS, folders);
    }

    private static String allowed(List<TrainedTranslator> trained) {
        return "stages before this one of kind train with objective.kind = translate, of which there "
                + (trained.isEmpty()
                        ? "is none"
                        : "are "
                                + trained.stream().map(TrainedTranslator::stage).collect(Collectors.joining(", ")));
    }

    private static void require(Settings section, String key, Engine engine, Direction direction, Path folder) {
        Predicate<Path> isModel = engine == Engine.STUDENTS ? StudentFolder::is : FolderTranslator::is;
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
    }

    List<List<Translator>> load(Resources resources) {
        return chains.stream()
                .map(chain -> chain.stream()
                        .map(direction -> load(direction, resources))
                        .toList())
                .toList();
    }

    private Translator load(Direction direction, Resources resources) {
        Path folder = Objects.requireNonNull(folders.get(direction), "the stages that train it have not run");
        return engine == Engine.MARIAN
                ? resources.translator(folder, direction.from, direction.to)
                : resources.translator(folder);
    }
}
