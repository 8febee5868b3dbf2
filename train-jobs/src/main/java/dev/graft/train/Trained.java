// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.task.TextClassifier;
import java.util.List;

/**
 * What a training ends with.
 *
 * @param classifier to be closed by who asked for the training
 * @param losses of all steps, those before a resume included; mean cross entropy of the batch, in nats
 */
public record Trained(TextClassifier classifier, List<Float> losses) implements AutoCloseable {
    public Trained {
        losses = List.copyOf(losses);
    }

    @Override
    public void close() {
        classifier.close();
    }
}
