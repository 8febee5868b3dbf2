// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.config.Settings;
import dev.graft.model.Adaptation;
import dev.graft.model.Architectures;
import dev.graft.model.HeadKind;
import dev.graft.model.Model;
import dev.graft.model.Modules;
import dev.graft.model.Pooled;
import dev.graft.nn.Dense;
import dev.graft.nn.Dropout;
import dev.graft.nn.Head;
import dev.graft.nn.Linear;
import dev.graft.nn.Quantization;
import dev.graft.nn.Sublayer;
import dev.graft.nn.engine.GradMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A pre-trained model with a method built in: what trains stands in one store, under the names that the checkpoint or PEFT gives
 * it. All else is frozen. A head for classes is trained as a whole, and so is what of a head the checkpoint lacks; that is drawn
 * from the seed. Not for several threads while it trains or its adapter is switched.
 */
public final class AdaptedModel implements AutoCloseable {
    private static final double INITIALIZER_RANGE = 0.02;

    private final ModelFolder files;
    private final HeadPlan head;
    private final Method method;
    private final Quantization quantization;
    private final NDManager manager;
    private final Parameters parameters;
    private final Switch adapter = new Switch();
    private final TreeSet<String> maps = new TreeSet<>();
    private final SortedMap<String, Dense> quantized = new TreeMap<>();
    private final TreeSet<String> drawn = new TreeSet<>();
    private final Map<String, StartedLinear> started = new TreeMap<>();
    private final SortedMap<String, Mergeable> adapters = new TreeMap<>();
    private final Modules modules;
    private final Model model;
    private final String prefix;

    /**
     * A model whose maps are kept as they are.
     *
     * @param labels names of the classes of a new head; empty where the head is none of classes, or the checkpoint's
     * @throws CheckpointException as the other
     */
    public AdaptedModel(
            ModelFolder files, HeadKind head, List<String> labels, Method method, long seed, Device device) {
        this(files, HeadPlan.of(head, labels), method, Quantization.NONE, seed, device);
    }

    /**
     * @param files the pre-trained model
     * @param quantization how its frozen linear maps, but a head's, are kept: in few bits they are widened one by one as they are
     *     used, and to train in little memory takes activation checkpointing, or the way back keeps all that was widened
     * @param seed of all that is drawn, each by its name
     * @throws CheckpointException if the model can't be read, or has nothing that the method asks for
     * @throws AdapterException if the model's family has no class of that pooling, or the method trains or looks through the maps
     *     that are to be kept in few bits
     */
    public AdaptedModel(
            ModelFolder files, HeadPlan head, Method method, Quantization quantization, long seed, Device device) {
        requireFrozen(method, quantization);
        this.files = files;
        this.head = head;
        this.method = method;
        this.quantization = quantization;
        manager = NDManager.newBaseManager(device, "PyTorch");
        try {
            parameters = new Parameters(manager, seed);
            Site site = new Site(Widths.of(files.config()), parameters, adapter, manager, started);
            modules = new Modules(files.weights(), files.configFile(), manager, new Built(method.in(site)));
            Model built = built();
            prefix = modules.prefix();
            files.requireTokenizerFits(built.vocabulary());
            model = method.prefix(site).map(built::behind).orElse(built);
            method.targets().ifPresent(targets -> targets.requireIn(maps, files.configFile()));
            modules.arrays().forEach((name, array) -> {
                if (trains(name)) {
                    parameters.adopt(name, array, modules.isTurned(name), () -> modules.start(name));
                }
            });
            requireSaved(modules.arrays().keySet());
            if (quantization == Quantization.STORED && quantized.isEmpty()) {
                throw new AdapterException("quantize is stored, but " + files.configFile()
                        + " has no blocks that can be kept; allowed is a GGUF file with Q8_0, Q4_0 or Q4_1");
            }
            if (parameters.arrays().isEmpty()) {
                throw new AdapterException(
                        method + " trains nothing of " + files.configFile() + " with the head " + head.kind());
            }
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private static void requireFrozen(Method method, Quantization quantization) {
        boolean starts = method instanceof Lora lora && lora.start() == LoraStart.GRADIENT;
        if (quantization != Quantization.NONE && (starts || method instanceof Full || method instanceof PromptTuning)) {
            throw new AdapterException(method + " on a base that is kept as " + Settings.name(quantization)
                    + ": its maps are trained, need a gradient, or are gone through before each pass; allowed are"
                    + " lora (with noise or pissa), ia3, bottleneck, prefix-tuning, bitfit and head-only");
        }
    }

    private Model built() {
        Optional<Pooling> pooling = head.pooling();
        boolean mean = pooling.filter(Pooling.MEAN::equals).isPresent();
        Model built =
                Architectures.build(files.config(), files.configFile(), modules, mean ? HeadKind.NONE : head.kind());
        Optional<Pooled> own = built.pooled();
        if (pooling.isPresent() && !mean && !own.map(Enum::name).equals(pooling.map(Enum::name))) {
            throw new AdapterException("pooling is " + Settings.name(pooling.get()) + "; allowed with "
                    + files.configFile() + " are mean and "
                    + own.map(Settings::name).orElse("") + ", which transformers' class for it looks at");
        }
        return mean ? withMean(built) : built;
    }

    /** A head on the mean, which no family of transformers has. */
    private Model withMean(Model built) {
        int width = Widths.of(files.config()).width();
        Linear output = new Dense(
                drawn("classifier.weight", labels().size(), width), drawn("classifier.bias", labels().size()));
        double dropout = files.config().path("hidden_dropout_prob").asDouble(0);
        Head last = new Head(Head.Transform.NONE, new Dropout(dropout), output, 0);
        return new Model(
                built.transformer(),
                Optional.of(last),
                Optional.of(Pooled.DIRECTION),
                built.vocabulary(),
                built.positions());
    }

    private NDArray drawn(String name, long... shape) {
        drawn.add(name);
        boolean matrix = shape.length > 1;
        NDArray array = matrix ? parameters.normal(name, INITIALIZER_RANGE, shape) : parameters.zeros(name, shape);
        Tensor start = Tensor.of(name, shape, array.toFloatArray());
        parameters.adopt(name, array, false, () -> start);
        return array;
    }

    private boolean trains(String name) {
        return Modules.isHead(name) && head.isOfClasses()
                || drawn.contains(name)
                || isSaved(name)
                || method.trains(name);
    }

    private boolean isSaved(String name) {
        return method.modulesToSave().stream().anyMatch(saved -> isWithin(name, saved));
    }

    private static boolean isWithin(String name, String module) {
        return ("." + name + ".").contains("." + module + ".");
    }

    private void requireSaved(Set<String> names) {
        List<String> lost = method.modulesToSave().stream()
                .filter(saved -> names.stream().noneMatch(name -> isWithin(name, saved)))
                .toList();
        if (!lost.isEmpty()) {
            throw new AdapterException("modules-to-save names " + String.join(", ", lost) + ", which "
                    + files.configFile() + " does not have; allowed are parts of "
                    + names.stream().limit(20).toList());
        }
    }

    /** The method as a model is built, with a head that the checkpoint may lack. */
    private final class Built implements Adaptation {
        private final Adaptation inner;

        Built(Adaptation inner) {
            this.inner = inner;
        }

        @Override
        public Quantization quantization(String name) {
            return isSaved(name) || Modules.isHead(name) ? Quantization.NONE : quantization;
        }

        @Override
        public Linear linear(String name, Dense base) {
            maps.add(name);
            if (base.quantization() != Quantization.NONE) {
                quantized.put(name, base);
            }
            boolean asked = method.targets().map(targets -> targets.match(name)).orElse(true);
            Linear adapted = asked && !isSaved(name) ? inner.linear(name, base) : base;
            if (adapted instanceof Mergeable mergeable) {
                adapters.put(name, mergeable);
            }
            return adapted;
        }

        @Override
        public Sublayer sublayer(String name, Sublayer base) {
            return inner.sublayer(name, base);
        }

        @Override
        public OptionalInt classes() {
            return labels().isEmpty() ? OptionalInt.empty() : OptionalInt.of(labels().size());
        }

        /** As transformers does: a normal distribution for matrices, ones for norms, zeros for biases. */
        @Override
        public Optional<Tensor> start(String name, long... shape) {
            drawn.add(name);
            if (shape.length > 1) {
                double deviation = files.config().path("initializer_range").asDouble(INITIALIZER_RANGE);
                return Optional.of(Tensor.of(name, shape, parameters.normalValues(name, deviation, shape)));
            }
            float[] values = new float[Math.toIntExact(shape[0])];
            Arrays.fill(values, name.endsWith(".weight") ? 1 : 0);
            return Optional.of(Tensor.of(name, shape, values));
        }
    }

    /**
     * Gives virtual tokens what a training of them starts with, and lets LoRA with {@link LoraStart#GRADIENT} start along the gradients
     * of its maps' weights; another method starts as it is.
     *
     * @param backward runs a backward pass of one batch or more
     */
    public void start(Runnable backward) {
        model.transformer().prefix().start(model.transformer());
        if (!(method instanceof Lora lora) || lora.start() != LoraStart.GRADIENT) {
            return;
        }
        started.values().forEach(each -> each.lora().base().weight().setRequiresGradient(true));
        backward.run();
        started.values().forEach(each -> each.startAlongGradient(manager));
    }

    public Model model() {
        return model;
    }

    /** What is trained, by name, in alphabetical order. */
    public SortedMap<String, NDArray> parameters() {
        return parameters.arrays();
    }

    /** The factor of the learning rate of a parameter. */
    public double rate(String parameter) {
        return method.rate(parameter);
    }

    /** What the trained parameters hold now, copied. */
    public Weights weights() {
        return parameters.weights();
    }

    /**
     * Puts values in the place of all trained parameters.
     *
     * @param place where the values are from, for the error
     * @throws AdapterException if a name is missing or unexpected, or a shape differs
     */
    public void restore(Weights weights, String place) {
        parameters.restore(weights, place);
    }

    /** As {@link #restore}, where what an adapter does not store stays as it is. */
    void restoreStored(Weights weights, String place) {
        List<Tensor> all = new ArrayList<>(weights.tensors());
        parameters.weights().tensors().stream()
                .filter(tensor -> !parameters.arrays().containsKey(tensor.name()))
                .forEach(all::add);
        parameters.restore(new Weights(all), place);
    }

    /** What the head of a text's class sees, where it was asked for. */
    public Optional<Pooling> pooling() {
        return head.pooling();
    }

    /** What the logits of a head for texts mean. */
    public ProblemType problem() {
        return head.problem();
    }

    /** Puts the adapter into the frozen weights, for inference that is as fast as without one. Not to be trained any more. */
    public void mergeForGood() {
        adapters.values().forEach(each -> {
            try (GradMode off = GradMode.off();
                    NDManager scope = manager.newSubManager()) {
                if (each.base().quantization() != Quantization.NONE) {
                    throw new AdapterException("an adapter can't be put into maps that are kept in few bits");
                }
                Dense merged = each.merged(scope);
                merged.weight().copyTo(each.base().weight());
                if (merged.bias() != null && each.base().bias() != null) {
                    merged.bias().copyTo(each.base().bias());
                }
            }
        });
        if (!adapters.isEmpty()) {
            adapter.off();
        }
    }

    /** The linear maps that were adapted, by name. */
    SortedMap<String, Mergeable> adapters() {
        return Collections.unmodifiableSortedMap(adapters);
    }

    /** The linear maps that are kept in few bits, by name. */
    SortedMap<String, Dense> quantized() {
        return Collections.unmodifiableSortedMap(quantized);
    }

    /** How the frozen linear maps are kept. */
    public Quantization quantization() {
        return quantization;
    }

    /** The names of the model's own parameters and the like. */
    Modules modules() {
        return modules;
    }

    /** What the names of the base model begin with, but a head's. */
    String prefix() {
        return prefix;
    }

    /** All linear maps that a method is asked for. */
    Set<String> maps() {
        return Collections.unmodifiableSet(maps);
    }

    /** Whether a linear map may be adapted, and is not stored as a whole. */
    boolean adapts(String map) {
        return maps.contains(map) && !isSaved(map);
    }

    /** Whether a parameter of a head was drawn, as the checkpoint lacks it. */
    boolean isDrawn(String parameter) {
        return drawn.contains(parameter);
    }

    /** Whether a parameter is the model's own, or its head's. */
    boolean isWhole(String parameter) {
        return parameters.isOwn(parameter);
    }

    /** Whether the checkpoint has the values under this name or, where it has not this name, as of what is tied, another. */
    boolean isOfTheBase(Tensor tensor) {
        Weights base = files.weights();
        String stored = modules.stored(tensor.name());
        boolean named = base.names().contains(stored);
        return base.tensors().stream()
                .filter(own -> !named || own.name().equals(stored))
                .filter(own -> Arrays.equals(own.shape(), tensor.shape()))
                .anyMatch(own -> Arrays.equals(own.values(), tensor.values()));
    }

    /** The adapter switched off, and a trained head and the like as they were before, until closed. */
    public Base base() {
        Parameters.Scope off = adapter.off();
        Parameters.Scope untrained = parameters.untrained();
        return () -> {
            untrained.close();
            off.close();
        };
    }

    /** While open, the model is the pre-trained one. */
    public interface Base extends AutoCloseable {
        @Override
        void close();
    }

    public ModelFolder files() {
        return files;
    }

    public HeadKind head() {
        return head.kind();
    }

    /** Names of the classes of a new head. */
    public List<String> labels() {
        return head.labels();
    }

    public Method method() {
        return method;
    }

    /** The owner of the parameters; a sub-manager is the scope of a step. */
    public NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        manager.close();
    }
}
