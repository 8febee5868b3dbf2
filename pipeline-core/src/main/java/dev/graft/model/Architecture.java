// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ConfigKeys;
import java.util.Set;

/** A family of models: from its keys of {@code config.json} and its parameters' names to blocks. */
interface Architecture {
    /** The values of {@code model_type} that it reads. */
    Set<String> modelTypes();

    /** Whether it predicts the next token; if not, it is an encoder, which predicts masked ones. */
    boolean decoder();

    /**
     * @param config asked for each key that the family understands
     * @param modules asked for each parameter by the checkpoint's name
     * @throws CheckpointException if a key or a tensor does not fit, or the family has no such head
     */
    Model build(ConfigKeys config, Modules modules, HeadKind head);
}
