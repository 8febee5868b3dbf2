// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.Device;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.config.Settings;
import dev.graft.model.HeadKind;
import dev.graft.nn.Quantization;
import dev.graft.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a model was trained to, stored as those store it who have the method: PEFT's folder for LoRA, (IA)3, prefix and prompt
 * tuning, AdapterHub's for bottleneck adapters, the parameters themselves for what trains the model's own. Beside it
 * {@code classifier.json} with the names of classes. It is read strictly: what is missing, left over or not understood is refused.
 *
 * @param folder where it lies
 * @param format how it is stored
 * @param head that the adapter is for
 * @param labels names of the classes, of heads that have some; the index is the class
 * @param problem what the logits of a head for texts mean
 * @param pooling what the head of a text's class sees, where it is not what transformers' class looks at
 * @param maxLength tokens that a text is cut to, if it is known
 * @param saved modules that are stored as a whole; PEFT lists names of heads that a model may lack
 * @param weights all that is stored, under the keys of the form
 */
public record AdapterFolder(
        Path folder,
        AdapterFormat format,
        Method method,
        HeadKind head,
        List<String> labels,
        ProblemType problem,
        Optional<Pooling> pooling,
        OptionalInt maxLength,
        List<String> saved,
        Weights weights) {
    static final String CONFIG = "adapter_config.json";
    static final String MODEL = "adapter_model.safetensors";
    static final String CLASSIFIER = "classifier.json";
    private static final String POOLING = "pooling";
    static final String PROBLEM = "problem_type";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Writes what a model was trained to beside {@code folder}, reads it back, compares, and only then puts it into place.
     *
     * @throws AdapterException if PEFT has no such method, a value is not finite, or what is read back is not what was written
     */
    public static void write(Path folder, AdaptedModel model) {
        write(folder, model, OptionalInt.empty());
    }

    /**
     * As {@link #write(Path, AdaptedModel)}.
     *
     * @param maxLength tokens that a text is cut to
     */
    public static void write(Path folder, AdaptedModel model, OptionalInt maxLength) {
        Path target = folder.toAbsolutePath().normalize();
        Path draft = target.resolveSibling(target.getFileName() + ".draft");
        AdapterFormat format = AdapterFormat.of(model.method());
        Weights stored = format.stored(model);
        for (Tensor tensor : stored.tensors()) {
            tensor.requireFinite(FloatBuffer.wrap(tensor.values()), folder.toString());
        }
        try {
            RunDirectory.delete(draft);
            Files.createDirectories(draft);
            format.write(draft, model, stored);
            if (!model.labels().isEmpty()) {
                RunDirectory.write(draft.resolve(CLASSIFIER), classifier(model, maxLength));
            }
            RunDirectory.write(draft.resolve(AdapterManifest.FILE), AdapterManifest.of(model, stored.tensors()));
            Files.writeString(draft.resolve(AdapterManifest.CARD), AdapterManifest.card(model, format.library()));
            requireSame(stored, read(draft, List.of()).weights(), folder);
            RunDirectory.replace(draft, target);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the adapter " + folder + ": " + e, e);
        }
    }

    private static ObjectNode classifier(AdaptedModel model, OptionalInt maxLength) {
        ObjectNode json = JSON.createObjectNode();
        ObjectNode names = json.putObject("id2label");
        ObjectNode ids = json.putObject("label2id");
        for (int i = 0; i < model.labels().size(); i++) {
            names.put(Integer.toString(i), model.labels().get(i));
            ids.put(model.labels().get(i), i);
        }
        if (model.head() == HeadKind.SEQUENCE) {
            json.put(PROBLEM, model.problem().key());
        }
        model.pooling().ifPresent(pooling -> json.put(POOLING, Settings.name(pooling)));
        maxLength.ifPresent(length -> json.put("max_length", length));
        return json;
    }

    /** What stands beside the adapter; an object without keys where nothing does. */
    private static JsonNode side(Path file) {
        if (!Files.exists(file)) {
            return JSON.createObjectNode();
        }
        JsonNode json = json(file);
        Set<String> strange = new TreeSet<>();
        json.fieldNames().forEachRemaining(strange::add);
        strange.removeAll(Set.of("id2label", "label2id", PROBLEM, POOLING, "max_length"));
        if (!strange.isEmpty()) {
            throw new AdapterException(file + ": unexpected keys " + strange
                    + "; allowed are id2label, label2id, problem_type, pooling and max_length");
        }
        return json;
    }

    private static Optional<Pooling> pooling(JsonNode json, Path file) {
        JsonNode given = json.path(POOLING);
        if (given.isMissingNode()) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(Pooling.values())
                .filter(pooling -> Settings.name(pooling).equals(given.asText()))
                .findFirst()
                .orElseThrow(() -> new AdapterException(
                        file + ": pooling is " + given + "; allowed is \"first\", \"last\" or \"mean\"")));
    }

    /** Adapters of before say nothing; they are of one class a text. */
    private static ProblemType problem(JsonNode json, List<String> labels, Path file) {
        JsonNode given = json.path(PROBLEM);
        if (given.isMissingNode()) {
            return ProblemType.SINGLE_LABEL_CLASSIFICATION;
        }
        ProblemType problem = Arrays.stream(ProblemType.values())
                .filter(each -> each.key().equals(given.asText()))
                .findFirst()
                .orElseThrow(() -> new AdapterException(file + ": problem_type is " + given + "; allowed is "
                        + "\"single_label_classification\", \"multi_label_classification\" or \"regression\""));
        if (problem == ProblemType.REGRESSION && labels.size() != 1) {
            throw new AdapterException(
                    file + ": problem_type is regression with the labels " + labels + "; allowed is one of them");
        }
        return problem;
    }

    private static OptionalInt maxLength(JsonNode json, Path file) {
        JsonNode length = json.path("max_length");
        if (length.isMissingNode()) {
            return OptionalInt.empty();
        }
        if (!length.isInt() || length.asInt() < 3) {
            throw new AdapterException(file + ": max_length is " + length + "; allowed is a whole number from 3");
        }
        return OptionalInt.of(length.asInt());
    }

    private static void requireSame(Weights written, Weights read, Path folder) {
        List<String> differing = new ArrayList<>(written.names());
        differing.removeIf(name -> read.names().contains(name)
                && Arrays.equals(read.tensor(name).shape(), written.tensor(name).shape())
                && Arrays.equals(
                        read.tensor(name).values(), written.tensor(name).values()));
        if (!differing.isEmpty() || !read.names().equals(written.names())) {
            throw new AdapterException(folder + " was read back with other " + differing + " than were written");
        }
    }

    /**
     * @param labels names of the classes as a configuration gives them; empty where the folder does
     * @throws AdapterException if a file is missing, or says what is not understood
     */
    public static AdapterFolder read(Path folder, List<String> labels) {
        AdapterFormat format = AdapterFormat.in(folder);
        AdapterFormat.Content content = format.read(folder);
        HeadKind head = content.head();
        boolean classes = head == HeadKind.SEQUENCE || head == HeadKind.TOKENS;
        for (Tensor tensor : content.weights().tensors()) {
            tensor.requireFinite(FloatBuffer.wrap(tensor.values()), folder.toString());
        }
        JsonNode side = side(folder.resolve(CLASSIFIER));
        List<String> names = classes ? LabelNames.of(folder, labels) : List.of();
        requireRows(names, content.weights(), folder);
        return new AdapterFolder(
                folder,
                format,
                content.method(),
                head,
                names,
                problem(side, names, folder.resolve(CLASSIFIER)),
                pooling(side, folder.resolve(CLASSIFIER)),
                maxLength(side, folder.resolve(CLASSIFIER)),
                content.saved(),
                content.weights());
    }

    /** A head has a row a class. */
    private static void requireRows(List<String> labels, Weights weights, Path file) {
        for (String head : List.of("classifier", "classifier.out_proj", "score")) {
            for (String name : List.of(PeftNames.PREFIX + head + ".weight", head + ".weight")) {
                if (labels.isEmpty() || !weights.names().contains(name)) {
                    continue;
                }
                long[] shape = weights.tensor(name).shape();
                if (shape.length != 2 || shape[0] != labels.size()) {
                    throw new AdapterException(file + ": " + name + " is " + Arrays.toString(shape)
                            + ", but the classes are " + labels + "; allowed is one row a class");
                }
            }
        }
    }

    /** How the base was kept while the adapter was trained, if its manifest says so. */
    public Quantization quantization() {
        Path manifest = folder.resolve(AdapterManifest.FILE);
        return Files.exists(manifest)
                ? AdapterManifest.quantization(json(manifest), manifest.toString())
                : Quantization.NONE;
    }

    /**
     * Builds the adapter into its base model; it may be trained on from there.
     *
     * @throws AdapterException that names each key which is missing or left over, or whose shape is not the model's
     */
    public AdaptedModel on(ModelFolder base, Device device) {
        return on(base, Quantization.NONE, device);
    }

    /** As {@link #on(ModelFolder, Device)}, with a base that is kept in few bits. */
    public AdaptedModel on(ModelFolder base, Quantization kept, Device device) {
        Path manifest = folder.resolve(AdapterManifest.FILE);
        if (Files.exists(manifest)) {
            AdapterManifest.requireBase(json(manifest), base, manifest.toString());
        }
        AdaptedModel model =
                new AdaptedModel(base, new HeadPlan(head, labels, problem, pooling), method, kept, 0, device);
        try {
            String place = folder.toString();
            model.restoreStored(format.named(model, this, place), place);
            return model;
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new AdapterException(
                    file + ":" + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()) + " is not JSON: "
                            + e.getOriginalMessage());
        } catch (IOException e) {
            throw new AdapterException(file + " can't be read: " + e.getMessage());
        }
    }
}
