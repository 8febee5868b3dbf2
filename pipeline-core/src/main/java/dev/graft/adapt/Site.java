// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDManager;
import dev.graft.nn.Linear;
import java.util.Map;

/**
 * Where a method is built into a model.
 *
 * @param widths sizes of the model
 * @param parameters where it puts what it trains
 * @param adapter asked in each forward pass whether the method counts
 * @param manager owns its constants
 * @param started what has a start of its own, by name
 */
record Site(
        Widths widths, Parameters parameters, Switch adapter, NDManager manager, Map<String, StartedLinear> started) {
    /** LoRA whose A and B of now, or of what is put into them before training, change nothing. */
    Linear started(String name, LoraLinear lora) {
        StartedLinear linear = new StartedLinear(
                lora,
                parameters.keep(name + ".lora_A.start", lora.a().duplicate()),
                parameters.keep(name + ".lora_B.start", lora.b().duplicate()));
        started.put(name, linear);
        return linear;
    }
}
