// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.config.Settings;
import dev.graft.model.Adaptation;
import dev.graft.nn.Dense;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.Linear;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Low-rank adaptation (Hu et al. 2021) and its relatives, under the names that PEFT's {@code adapter_config.json} has.
 *
 * @param r rank, at least 1; default 8
 * @param loraAlpha the change is scaled by {@code loraAlpha / r}; more than 0, default 16
 * @param loraDropout dropout of the adapter's input, from 0 to under 1; default 0
 * @param targetModules the linear maps that are adapted; default all but the head
 * @param useRslora whether the change is scaled by {@code loraAlpha / sqrt(r)} (Kalajdzievski 2023); default no
 * @param useDora whether the length of each row is learnt by itself (Liu et al. 2024); default no
 * @param start what A and B are at first; default noise and zeros
 * @param loraPlusRatio how many times as fast as A a B learns (Hayou et al. 2024); 1 or more, default 1
 * @param rankPattern other ranks, by the last parts of names or regular expressions of them; the first that fits counts
 * @param alphaPattern other alphas, likewise
 * @param modulesToSave modules that are trained as a whole, by the last parts of their names
 */
public record Lora(
        int r,
        double loraAlpha,
        double loraDropout,
        Targets targetModules,
        boolean useRslora,
        boolean useDora,
        LoraStart start,
        double loraPlusRatio,
        Map<String, Integer> rankPattern,
        Map<String, Double> alphaPattern,
        List<String> modulesToSave)
        implements Method {
    /** What stands where the configuration says nothing. */
    public static final Lora DEFAULT = new Lora(8, 16, 0, new Targets.AllLinear());

    private static final int MOST = 4096;

    public Lora {
        require(r >= 1, "r is " + r + "; allowed is 1 or more");
        require(
                loraAlpha > 0 && loraAlpha < Double.POSITIVE_INFINITY,
                "lora-alpha is " + loraAlpha + "; allowed is more than 0");
        require(
                loraDropout >= 0 && loraDropout < 1,
                "lora-dropout is " + loraDropout + "; allowed is from 0 to under 1");
        require(loraPlusRatio >= 1, "lora-plus-ratio is " + loraPlusRatio + "; allowed is 1 or more");
        require(
                start == LoraStart.NOISE || !useDora,
                "init-lora-weights is " + Settings.name(start) + " with use-dora; allowed with it is noise");
        rankPattern = new LinkedHashMap<>(rankPattern);
        alphaPattern = new LinkedHashMap<>(alphaPattern);
        modulesToSave = List.copyOf(modulesToSave);
    }

    /** Plain LoRA. */
    public Lora(int r, double loraAlpha, double loraDropout, Targets targetModules) {
        this(r, loraAlpha, loraDropout, targetModules, false, false, LoraStart.NOISE, 1, Map.of(), Map.of(), List.of());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    static Lora read(Settings method) {
        return read(method, DEFAULT);
    }

    /**
     * @param defaults of rank, alpha, dropout and targets
     */
    public static Lora read(Settings method, Lora defaults) {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        Settings ranked = method.section("rank-pattern");
        ranked.keys().forEach(name -> ranks.put(name, ranked.integer(name, 1, 1, MOST)));
        Map<String, Double> alphas = new LinkedHashMap<>();
        Settings scaled = method.section("alpha-pattern");
        scaled.keys().forEach(name -> alphas.put(name, scaled.number(name, 1, 1e-6, 1e6)));
        return new Lora(
                method.integer("r", defaults.r, 1, MOST),
                method.number("lora-alpha", defaults.loraAlpha, 1e-6, 1e6),
                method.number("lora-dropout", defaults.loraDropout, 0, 0.99),
                Targets.read(method, "target-modules", defaults.targetModules),
                method.flag("use-rslora", false),
                method.flag("use-dora", false),
                method.choice("init-lora-weights", LoraStart.class, LoraStart.NOISE),
                method.number("lora-plus-ratio", 1, 1, 1e6),
                ranks,
                alphas,
                method.strings("modules-to-save", List.of()));
    }

    @Override
    public Optional<Targets> targets() {
        return Optional.of(targetModules);
    }

    @Override
    public double rate(String parameter) {
        return parameter.endsWith(".lora_B.weight") ? loraPlusRatio : 1;
    }

    /** Of a module. */
    int rank(String module) {
        return first(rankPattern, module).orElse(r);
    }

    /** The factor of a module's B A. */
    double scale(String module) {
        int rank = rank(module);
        return first(alphaPattern, module).orElse(loraAlpha) / (useRslora ? Math.sqrt(rank) : rank);
    }

    private static <T> Optional<T> first(Map<String, T> patterns, String module) {
        return patterns.entrySet().stream()
                .filter(entry -> Pattern.compile("(.*\\.)?(" + entry.getKey() + ")$")
                        .matcher(module)
                        .lookingAt())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Plain LoRA that gives the same, once the start is joined to what was learnt: twice the rank, with the same scales. */
    Lora stored() {
        if (start == LoraStart.NOISE) {
            return this;
        }
        Map<String, Integer> ranks = new LinkedHashMap<>(rankPattern);
        ranks.replaceAll((name, rank) -> 2 * rank);
        double more = useRslora ? Math.sqrt(2) : 2;
        Map<String, Double> alphas = new LinkedHashMap<>(alphaPattern);
        alphas.replaceAll((name, alpha) -> alpha * more);
        return new Lora(
                2 * r,
                loraAlpha * more,
                loraDropout,
                targetModules,
                useRslora,
                useDora,
                LoraStart.NOISE,
                loraPlusRatio,
                ranks,
                alphas,
                modulesToSave);
    }

    @Override
    public Adaptation in(Site site) {
        return new Adaptation() {
            @Override
            public Linear linear(String name, Dense base) {
                return adapted(name, base, site);
            }
        };
    }

    private Linear adapted(String name, Dense base, Site site) {
        int rank = rank(name);
        Factor scale = Factor.of(scale(name), site.manager());
        NDArray a = site.parameters().kaimingUniform(name + ".lora_A.weight", rank, base.in());
        NDArray b = site.parameters().zeros(name + ".lora_B.weight", base.out(), rank);
        LoraLinear lora = new LoraLinear(base, a, b, scale, new Dropout(loraDropout), site.adapter());
        if (useDora) {
            try (NDManager scope = site.manager().newSubManager()) {
                NDArray squares = DoraLinear.squares(base.weight(scope));
                squares.attach(site.manager());
                NDArray lengths = squares.sqrt();
                return new DoraLinear(lora, site.parameters().own(name + ".lora_magnitude_vector", lengths), squares);
            }
        }
        return switch (start) {
            case NOISE -> lora;
            case PISSA -> {
                try (NDManager scope = site.manager().newSubManager()) {
                    PrincipalParts.of(base.weight(scope), rank).pissa(scale(name), a, b);
                }
                yield site.started(name, lora);
            }
            case GRADIENT -> site.started(name, lora);
        };
    }
}
