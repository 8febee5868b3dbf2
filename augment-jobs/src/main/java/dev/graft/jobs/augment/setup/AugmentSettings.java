// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.augment.operator.Operator;
import dev.graft.augment.operator.Step;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.corpus.LabelKind;
import dev.graft.filter.LabelAgreement;
import dev.graft.jobs.Storages;
import dev.graft.run.Provenance;
import dev.graft.run.Recipe;
import dev.graft.run.RunDirectory;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import dev.graft.task.CausalLm;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an augmenting stage reads of a recipe.
 *
 * @param section {@code augment}, as it was read
 * @param text {@code augment} as JSON
 * @param values all that the result depends on, as it was read, by the path of the key
 * @param files that {@code augment} names, by the path of the key
 * @param trained folders of what earlier stages train, by the path of the key; they are files, too
 * @param table {@code output.table}, of Spark's catalogue, that is to hold the augmented rows, too
 * @param leftOut optional operators that are left out, by the path of their entry, with what they lack
 * @param policy of the searching stage whose policy takes the place of the operators
 */
public record AugmentSettings(
        Recipe recipe,
        AugmentSection section,
        String text,
        SortedMap<String, String> values,
        SortedMap<String, String> files,
        SortedMap<String, String> trained,
        SortedMap<String, String> leftOut,
        Optional<String> table,
        Optional<Recipe> policy) {
    /** What a search has chosen, in its directory: {@link #withPolicy(String, double)} takes what stands in it. */
    public static final String CHOSEN = "policy.json";

    /** Neither where a result is written nor how the work is spread changes it. */
    private static final List<String> NO_MATTER =
            List.of("name", "out", "max-bad-rows", "augment.partitions", "output.table");

    /**
     * What a task needs to know: operators hold models and can't be sent, so their settings are.
     *
     * @param augment the section as JSON
     * @param vocabulary path of the words of the training rows, where they were counted
     * @param classes training rows by class, where they were counted
     * @param foldProbes path of the classifiers of the folds, where they were fitted
     * @param edit roles of the turns that are edited; none where the corpus has no conversations
     */
    public record Work(
            long seed,
            String model,
            String augment,
            String vocabulary,
            Map<String, Long> classes,
            String foldProbes,
            Set<String> edit)
            implements Serializable {
        public Work {
            classes = Map.copyOf(classes);
            edit = Set.copyOf(edit);
        }

        public Work withFoldProbes(Optional<String> path) {
            return new Work(seed, model, augment, vocabulary, classes, path.orElse(""), edit);
        }

        public AugmentSection section() {
            return Settings.parse(augment, Storages::local, AugmentSection::read);
        }
    }

    /**
     * @param vocabulary path of the counted words
     * @param classes training rows by class; empty where no operator asks for them
     */
    public Work work(Optional<String> vocabulary, Map<String, Long> classes) {
        return new Work(recipe.seed(), recipe.model(), text, vocabulary.orElse(""), classes, "", edit());
    }

    /** The roles whose turns are edited; none where the corpus has no conversations. */
    private Set<String> edit() {
        return recipe.corpus().conversations().isEmpty() ? Set.of() : section.edit();
    }

    /** Of the only augmenting stage; without one, a run that makes no copies. */
    public static AugmentSettings read(Settings root) {
        return read(root, Optional.empty());
    }

    /**
     * Of one augmenting stage of a recipe, whose other parts are left to other commands.
     *
     * @param name of the stage; empty where it is the only one
     */
    public static AugmentSettings read(Settings root, Optional<String> name) {
        root.has("compare");
        Stages stages = Stages.read(root);
        Optional<Stage> stage = stages.only(root, Stage.Kind.AUGMENT, name);
        Recipe run = Recipe.read(root);
        return stage.map(each -> read(root, run, stages, each)).orElseGet(() -> read(root, run, none(root)));
    }

    /** The stage that makes no copies: the rows of the corpus, split and cleared. */
    public static Stage none(Settings root) {
        return new Stage(Stages.CORPUS, Stage.Kind.AUGMENT, root.section("augment"), Stages.CORPUS);
    }

    /** As {@link #read(Settings, Optional)}, of a stage that no other one stands before. */
    public static AugmentSettings read(Settings root, Recipe run, Stage stage) {
        return read(root, run, new Stages(List.of(stage)), stage);
    }

    /** As {@link #read(Settings, Optional)}, of a stage of a recipe that is read. */
    public static AugmentSettings read(Settings root, Recipe run, Stages stages, Stage stage) {
        Settings augment = stage.settings();
        AugmentSection section = AugmentSection.read(augment);
        Optional<Recipe> policy = augment.has("policy")
                ? stages.named(stage, "policy", "none", EnumSet.of(Stage.Kind.SEARCH))
                        .map(each -> each.of(run))
                : Optional.empty();
        if (policy.isPresent() && !section.steps().isEmpty()) {
            augment.problem("operators", "none beside a policy, which says which they are", "");
        }
        Recipe recipe = stage.of(run).with(encoder(root, run, augment));
        if (section.needsClasses()) {
            recipe.corpus().requireClasses(root, ", where an operator has copies.per-class");
        }
        if (section.crossFits()) {
            recipe.corpus().requireClasses(root, ", which the filter cross-fit goes by");
        }
        if (recipe.corpus().labelKind() != LabelKind.CLASS && section.uses(augment, LabelAgreement.NAME)) {
            recipe.corpus().requireClasses(root, ", which the filter label goes by");
        }
        if (section.crossFits() && recipe.corpus().conversations().isPresent()) {
            augment.problem("filters", "no classifier of conversations, whose turns are judged one by one", "");
        }
        if (augment.has("edit") && recipe.corpus().conversations().isEmpty()) {
            augment.problem(
                    "edit", "roles of turns, where corpus.messages or corpus.shape says that there are any", "");
        }
        Optional<String> table = root.section("output").optionalString("table");
        SortedMap<String, String> values = root.values();
        values.keySet().removeIf(key -> !isOfAll(key));
        values.putAll(stage.renamed(augment.values()));
        values.keySet().removeAll(NO_MATTER);
        values.put("model", recipe.model());
        SortedMap<String, String> leftOut = new TreeMap<>(root.leftOut());
        leftOut.keySet().removeIf(path -> !path.startsWith(augment.path() + "."));
        leftOut = stage.renamed(leftOut);
        leftOut.keySet().forEach(path -> values.put(path + ".left-out", "true"));
        SortedMap<String, String> trained = stage.renamed(augment.promised());
        SortedMap<String, String> files = stage.renamed(augment.files());
        files.putAll(trained);
        return new AugmentSettings(
                recipe, section, augment.canonical(), values, files, trained, leftOut, table, policy);
    }

    /** Whether a key at the top says what is read. */
    private static boolean isOfAll(String key) {
        return key.startsWith("corpus.") || key.equals("seed") || key.equals("max-chars");
    }

    /** The encoder by which copies are judged: the stage's own, the recipe's, or the one that comes with Graft. */
    private static String encoder(Settings root, Recipe run, Settings augment) {
        if (augment.has("model")) {
            String given = augment.string("model");
            return given.equals(BaseModel.MINILM) ? given : encoder(augment, augment.model("model"));
        }
        if (run.model().equals(BaseModel.MINILM) || root.files().containsKey("model") && isDecoder(run.model())) {
            return BaseModel.MINILM;
        }
        return encoder(root, Path.of(run.model()));
    }

    private static String encoder(Settings section, Path folder) {
        section.check("model", folder, BaseModel::require);
        return folder.toString();
    }

    /** A language model judges no copies. */
    private static boolean isDecoder(String model) {
        try {
            CausalLm.require(Storages.local(model));
            return true;
        } catch (CheckpointException | InputException e) {
            return false;
        }
    }

    /**
     * With one operator alone, whatever the files that the others need.
     *
     * @param operator the name of an entry of the configuration, or of an operator, which then has its defaults
     * @throws InputException if there is neither
     */
    public AugmentSettings only(String operator) {
        ObjectNode augment = (ObjectNode) json(text);
        ArrayNode one = augment.arrayNode();
        for (JsonNode each : augment.path("operators")) {
            String kind = each.path("operator").asText();
            if (each.path("name").asText(kind).equals(operator)) {
                one.add(each);
            }
        }
        List<String> all = Stream.of(Operator.values()).map(Settings::name).toList();
        if (one.isEmpty() && !all.contains(operator)) {
            throw new InputException("operator: given " + operator + "; allowed is "
                    + section.steps().stream().map(Step::name).collect(Collectors.joining(", "))
                    + ", as the configuration has them, or one of " + String.join(", ", all));
        }
        if (one.isEmpty()) {
            one.addObject().put("operator", operator);
        }
        augment.set("operators", one);
        return with(augment, values, policy);
    }

    private AugmentSettings with(ObjectNode augment, SortedMap<String, String> read, Optional<Recipe> search) {
        String changed = augment.toString();
        return new AugmentSettings(
                recipe,
                Settings.parse(changed, Storages::local, AugmentSection::read),
                changed,
                read,
                files,
                trained,
                leftOut,
                table,
                search);
    }

    /**
     * With the operators and the bound of similarity that the search has chosen, where they are taken from one.
     *
     * @param directories of a recipe
     * @throws InputException if the search, or the training of what operators go by, has not ended
     */
    public AugmentSettings chosen(Function<Recipe, RunDirectory> directories) {
        trained.forEach((key, folder) -> {
            if (!directories.apply(recipe.at(folder)).has("config.json")) {
                throw new InputException(
                        key + ": there is no model in " + folder + " yet: that stage is to run before");
            }
        });
        if (policy.isEmpty()) {
            return this;
        }
        RunDirectory search = directories.apply(policy.get());
        JsonNode chosen = search.read(CHOSEN, JsonNode.class)
                .orElseThrow(() -> new InputException(
                        search.root() + " has no policy yet: the searching stage that policy names is to run before"));
        String operators = chosen.path("operators").toString();
        double similarity = chosen.path("similarity").asDouble();
        ObjectNode augment = (ObjectNode) json(withPolicy(operators, similarity));
        augment.remove("policy");
        SortedMap<String, String> all = new TreeMap<>(values);
        all.put("augment.policy", operators);
        all.put("augment.filters.similarity.min", String.valueOf(similarity));
        return with(augment, all, Optional.empty());
    }

    /**
     * The section {@code augment} as JSON, with other operators and another bound of similarity.
     *
     * @param operators a list as JSON
     */
    public String withPolicy(String operators, double similarity) {
        ObjectNode augment = (ObjectNode) json(text);
        augment.set("operators", json(operators));
        augment.withObject("filters").withObject("similarity").put("min", similarity);
        return augment.toString();
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether an operator goes by the words of the training rows, or by what they tell of the class: they are counted for it. */
    public boolean needsVocabulary() {
        Set<Operator> used = new TreeSet<>();
        section.steps().forEach(step -> used.addAll(step.operators()));
        return used.contains(Operator.TF_IDF_REPLACEMENT)
                || used.contains(Operator.TF_IDF_INSERTION)
                || used.contains(Operator.RANDOM_INSERTION)
                || used.contains(Operator.RANDOM_DELETION)
                        && recipe.corpus().classes().isPresent();
    }

    /** What is left out and why, a line each. */
    public List<String> notes() {
        return leftOut.values().stream().map(why -> "left out: " + why).toList();
    }

    /** Whether a finished run differs in nothing but the filters. */
    public static boolean sameCopies(Provenance given, Provenance there) {
        return given.without(AugmentSettings::isFilter).equals(there.without(AugmentSettings::isFilter));
    }

    private static boolean isFilter(String key) {
        return key.startsWith("augment.filters.");
    }
}
