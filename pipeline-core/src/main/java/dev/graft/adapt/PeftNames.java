// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.model.HeadKind;
import dev.graft.model.Modules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The names that PEFT gives to the parameters and modules of an adapted model. */
final class PeftNames {
    static final String PREFIX = "base_model.model.";
    /** In transformers' encoders even where no head asks for it. */
    private static final String POOLER = "pooler.dense";

    private final AdaptedModel model;

    PeftNames(AdaptedModel model) {
        this.model = model;
    }

    /** Of a parameter. Without a head the base model's names lack their prefix, and virtual tokens belong to no module. */
    private String key(String name) {
        if (name.equals(VirtualTokens.EMBEDDINGS)) {
            return name;
        }
        boolean virtual = model.method() instanceof PrefixTuning || model.method() instanceof PromptTuning;
        return (virtual ? "base_model." : PREFIX) + module(name);
    }

    private String module(String name) {
        String prefix = model.prefix();
        return model.head() == HeadKind.NONE && name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    /** What is trained, as it is stored: LoRA with a start of its own becomes LoRA of twice the rank. */
    Weights stored() {
        List<Tensor> stored = new ArrayList<>();
        Weights weights = model.weights();
        for (Tensor tensor : weights.tensors()) {
            String name = tensor.name();
            if (name.endsWith(".start")) {
                continue;
            }
            String start = name.replaceFirst("\\.weight$", ".start");
            boolean started = name.endsWith(".weight") && weights.names().contains(start);
            stored.add((started ? joined(tensor, weights.tensor(start)) : tensor).named(key(name)));
        }
        return new Weights(stored);
    }

    /** A over A0, or B beside -B0. */
    private static Tensor joined(Tensor now, Tensor start) {
        boolean above = now.name().contains(".lora_A.");
        int rows = (int) now.shape()[0];
        int columns = (int) now.shape()[1];
        float[] first = now.values();
        float[] second = start.values();
        float[] joined = new float[2 * first.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int from = row * columns + column;
                joined[above ? from : 2 * row * columns + column] = first[from];
                joined[above ? first.length + from : (2 * row + 1) * columns + column] =
                        above ? second[from] : -second[from];
            }
        }
        long[] shape = above ? new long[] {2L * rows, columns} : new long[] {rows, 2L * columns};
        return Tensor.of(now.name(), shape, joined);
    }

    /**
     * Stored tensors under the model's own names.
     *
     * @throws AdapterException that names each key which is missing or left over
     */
    Weights read(AdapterFolder adapter, String place) {
        Weights stored = adapter.weights();
        Set<String> missing = new TreeSet<>();
        Set<String> unexpected = new TreeSet<>(stored.names());
        List<Tensor> tensors = new ArrayList<>();
        for (String name : model.parameters().keySet()) {
            if (unexpected.remove(key(name))) {
                tensors.add(stored.tensor(key(name)).named(name));
            } else if (model.isDrawn(name) || !isHeadOfTheBase(name, adapter.saved())) {
                missing.add(key(name));
            }
        }
        unexpected.removeIf(key -> isOfTheBase(stored.tensor(key)));
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new AdapterException(place + " does not fit " + AdapterFolder.CONFIG + " and the base model "
                    + model.files().folder() + ": missing keys " + missing + ", unexpected keys " + unexpected);
        }
        return new Weights(tensors);
    }

    /** A part of a head that was not trained, such as the pooler of BERT where PEFT is left to its defaults. */
    private boolean isHeadOfTheBase(String name, List<String> saved) {
        String top = top(name);
        return model.isWhole(name) && Modules.isHead(name) && saved.stream().noneMatch(top::endsWith);
    }

    /** PEFT stores an adapted head's own weight beside the adapter, which says nothing if it is the base model's. */
    private boolean isOfTheBase(Tensor tensor) {
        String name =
                tensor.name().replaceFirst("^" + Pattern.quote(PREFIX), "").replace(".base_layer.", ".");
        Weights base = model.files().weights();
        return tensor.name().contains(".base_layer.")
                && base.names().contains(name)
                && Arrays.equals(base.tensor(name).values(), tensor.values());
    }

    private String top(String name) {
        String module = module(name);
        return (module.startsWith(model.prefix())
                        ? module.substring(model.prefix().length())
                        : module)
                .split("\\.")[0];
    }

    /** The linear maps that are adapted, by as few of their last parts as tell them from the others. */
    List<String> targets() {
        Targets targets = model.method().targets().orElse(new Targets.AllLinear());
        return shortest(name -> targets.match(name) && model.adapts(name));
    }

    /** Those of (IA)3 whose input is scaled. */
    List<String> inner() {
        return model.method() instanceof Ia3 ia3
                ? shortest(name -> ia3.targetModules().match(name)
                        && ia3.feedforwardModules().match(name)
                        && model.adapts(name))
                : List.of();
    }

    private List<String> shortest(Predicate<String> wanted) {
        List<String> modules = new ArrayList<>(model.maps());
        modules.add(model.prefix() + POOLER);
        Set<String> all = new TreeSet<>();
        for (String name : modules) {
            if (!wanted.test(name) || name.equals(model.prefix() + POOLER)) {
                continue;
            }
            String[] parts = module(name).split("\\.");
            all.add(IntStream.rangeClosed(1, parts.length)
                    .mapToObj(count -> String.join(".", List.of(parts).subList(parts.length - count, parts.length)))
                    .filter(end -> modules.stream()
                            .filter(other -> Targets.named(end, module(other)))
                            .allMatch(other -> wanted.test(other) && !other.equals(model.prefix() + POOLER)))
                    .findFirst()
                    .orElse(module(name)));
        }
        return List.copyOf(all);
    }

    /** The modules that are stored as a whole, by the part of their name that PEFT asks for. */
    List<String> saved() {
        Set<String> saved = new TreeSet<>();
        for (String name : model.parameters().keySet()) {
            if (!model.isWhole(name)) {
                continue;
            }
            String module = module(name).replaceFirst("\\.(weight|bias)$", "");
            saved.add(model.method().modulesToSave().stream()
                    .filter(each -> ("." + module + ".").contains("." + each + "."))
                    .findFirst()
                    .orElse(top(name)));
        }
        return List.copyOf(saved);
    }
}
