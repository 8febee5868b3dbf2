// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import dev.graft.config.Settings;
import dev.graft.run.Stage.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The stages of a recipe, in the order in which they run: the list {@code stages}, or sections {@code augment}, {@code search} and
 * {@code train} at the top of the file, which are one stage each; what trains takes the rows of what augments.
 */
public record Stages(List<Stage> all) {
    /** What {@code data} calls the corpus as it is, and {@code from} the model as it is: no stage has these names. */
    public static final String CORPUS = "corpus";

    public static final String MODEL = "model";

    /** The objective of what trains a translator. */
    static final String TRANSLATE = "translate";

    private static final List<Kind> AT_THE_TOP = List.of(Kind.AUGMENT, Kind.SEARCH, Kind.TRAIN);

    public Stages {
        all = List.copyOf(all);
    }

    /** Reads who they are; each is left to the reader of its kind. */
    public static Stages read(Settings root) {
        List<Stage> stages = new ArrayList<>();
        Set<String> names = new TreeSet<>(Set.of(CORPUS, MODEL));
        for (Settings section : root.entries("stages")) {
            String name = section.string("name");
            if (!name.matches("[A-Za-z0-9][\\w-]{0,99}") || !names.add(name)) {
                section.problem(
                        "name",
                        "a name of letters, digits, _ and -, which no other stage has, nor corpus or model",
                        "");
            }
            section.string("kind");
            stages.add(new Stage(name, section.choice("kind", Kind.class, Kind.TRAIN), section, name));
        }
        for (Kind kind : AT_THE_TOP) {
            String key = Settings.name(kind);
            if (root.has(key) && root.has("stages")) {
                root.problem(key, "a stage of that kind in stages, or the section by itself", "");
                root.section(key).leave();
            } else if (root.has(key)) {
                stages.add(new Stage(key, kind, root.section(key), kind == Kind.TRAIN ? key : ""));
            }
        }
        return new Stages(stages);
    }

    /** Whether a recipe needs a corpus: a translator learns from files of its stage's own. */
    static boolean needCorpus(Settings root) {
        List<Settings> stages = root.entries("stages");
        return root.has("corpus") || stages.isEmpty() || !stages.stream().allMatch(Stages::isTranslator);
    }

    /** Whether a stage trains a translator, by its section. */
    private static boolean isTranslator(Settings stage) {
        return stage.said("objective", "kind").equals(Optional.of(TRANSLATE));
    }

    /**
     * The stage of a kind that a command is for; the others are left to other commands.
     *
     * @param name of the stage; where it is empty, the only one of the kind is meant
     */
    public Optional<Stage> only(Settings root, Kind kind, Optional<String> name) {
        List<Stage> fit = all.stream()
                .filter(each ->
                        each.kind() == kind && name.map(each.name()::equals).orElse(true))
                .toList();
        all.stream()
                .filter(each -> !fit.contains(each) || fit.size() > 1)
                .forEach(each -> each.settings().leave());
        if (fit.size() > 1 || fit.isEmpty() && name.isPresent()) {
            root.problem(
                    "stages",
                    "--stage with one of "
                            + all.stream()
                                    .filter(each -> each.kind() == kind)
                                    .map(Stage::name)
                                    .collect(Collectors.joining(", ")),
                    "");
        }
        return fit.stream().findFirst();
    }

    /**
     * The stage that a key of another one names, which stands before it.
     *
     * @param none what the key may say for no stage; the default, but of a stage at the top, whose is what stands before it
     */
    public Optional<Stage> named(Stage of, String key, String none, EnumSet<Kind> kinds) {
        return named(of, of.settings(), key, none, kinds);
    }

    /**
     * As {@link #named(Stage, String, String, EnumSet)}.
     *
     * @param section that has the key: the stage's own, or one that belongs to it
     */
    public Optional<Stage> named(Stage of, Settings section, String key, String none, EnumSet<Kind> kinds) {
        List<Stage> before = all.subList(0, all.indexOf(of)).stream()
                .filter(each -> kinds.contains(each.kind()))
                .toList();
        String fallback = of.isAtTheTop() && !before.isEmpty()
                ? before.get(before.size() - 1).name()
                : none;
        String given = section.string(key, fallback);
        if (given.equals(none)) {
            return Optional.empty();
        }
        Optional<Stage> named =
                before.stream().filter(each -> each.name().equals(given)).findFirst();
        if (named.isEmpty()) {
            section.problem(
                    key,
                    before.stream().map(each -> ", " + each.name()).collect(Collectors.joining("", none, ""))
                            + ": a stage before this one of kind "
                            + kinds.stream().map(Settings::name).collect(Collectors.joining(" or ")),
                    "");
        }
        return named;
    }
}
