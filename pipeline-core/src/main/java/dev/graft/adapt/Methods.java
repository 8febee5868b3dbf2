// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.config.Settings;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** The methods, by the name that {@code kind} has in a configuration. */
public final class Methods {
    private static final Map<String, Function<Settings, Method>> READERS = new TreeMap<>(Map.of(
            "bitfit", BitFit::read,
            "bottleneck", Bottleneck::read,
            "full", Full::read,
            "head-only", HeadOnly::read,
            "ia3", Ia3::read,
            "lora", Lora::read,
            "prefix-tuning", PrefixTuning::read,
            "prompt-tuning", PromptTuning::read));

    private Methods() {}

    /** The values of {@code kind}. */
    public static Set<String> kinds() {
        return Collections.unmodifiableSet(READERS.keySet());
    }

    /** A section such as {@code method { kind = lora, r = 16 }}; without a kind it is LoRA. */
    public static Method read(Settings method) {
        String kind = method.string("kind", "lora");
        Function<Settings, Method> reader = READERS.get(kind);
        if (reader == null) {
            method.problem("kind", "one of " + String.join(", ", READERS.keySet()), kind);
            method.keys().forEach(method::has); // of which kind they are is not known
            return Lora.DEFAULT;
        }
        return reader.apply(method);
    }
}
