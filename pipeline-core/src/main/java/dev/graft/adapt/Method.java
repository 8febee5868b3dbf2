// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.model.Adaptation;
import dev.graft.nn.Prefix;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** A way to train a model: what is put into it, and what of it moves. Its settings are its value. */
public sealed interface Method extends Serializable
        permits BitFit, Bottleneck, Full, HeadOnly, Ia3, Lora, PrefixTuning, PromptTuning {
    /** What is asked while a model is built. */
    Adaptation in(Site site);

    /** What each text sees before its own tokens, if the method has such. */
    default Optional<Prefix> prefix(Site site) {
        return Optional.empty();
    }

    /** The linear maps that it adapts, if it asks for some. */
    default Optional<Targets> targets() {
        return Optional.empty();
    }

    /** Modules that are trained and stored as a whole, by the last parts of their names. */
    default List<String> modulesToSave() {
        return List.of();
    }

    /** Whether a parameter of the model itself is trained. */
    default boolean trains(String parameter) {
        return false;
    }

    /** The factor of the learning rate of a parameter. */
    default double rate(String parameter) {
        return 1;
    }
}
