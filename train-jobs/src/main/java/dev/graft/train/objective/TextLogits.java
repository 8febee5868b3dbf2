// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.model.Model;
import dev.graft.nn.Context;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import dev.graft.train.data.Passes;
import dev.graft.train.data.TextTargets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The logits of a head for texts, and the way back from a loss whose slope is known. B is the batch, C the logits of a text.
 *
 * @param manager a sub-manager is the scope of a pass
 */
record TextLogits(Model model, NDManager manager) {
    private static final int EVALUATED = 4096;

    /** A loss of one text. */
    @FunctionalInterface
    interface Loss {
        /**
         * @param logits (C)
         * @param slope (C) is filled with the gradient at the logits
         */
        double of(float[] logits, float[] expected, float[] slope);
    }

    /** The sum of the losses; their gradients times {@code share} are added to the parameters'. */
    double learn(List<TextTargets> rows, double share, Pass pass, Loss loss) {
        try (GradMode on = GradMode.on();
                NDManager scope = manager.newSubManager()) {
            NDArray logits = logits(rows, pass, scope); // (B, C)
            float[] values = logits.toFloatArray();
            int classes = values.length / rows.size();
            float[] gradient = new float[values.length];
            float[] slope = new float[classes];
            double sum = 0;
            for (int row = 0; row < rows.size(); row++) {
                int at = row * classes;
                sum += loss.of(
                        Arrays.copyOfRange(values, at, at + classes),
                        rows.get(row).expected(),
                        slope);
                for (int i = 0; i < classes; i++) {
                    gradient[at + i] = (float) (share * slope[i]);
                }
            }
            Gradients.backward(logits, scope.create(gradient, new Shape(rows.size(), classes)));
            pass.backward();
            return sum;
        }
    }

    /**
     * A text and what came out.
     *
     * @param logits (C)
     */
    record Answer(TextTargets row, float[] logits) {}

    /** Without dropout; in the order of the passes, where texts of like length stand together. */
    List<Answer> evaluated(List<TextTargets> rows) {
        List<Answer> all = new ArrayList<>();
        for (List<TextTargets> some : Passes.of(rows, EVALUATED)) {
            try (GradMode off = GradMode.off();
                    NDManager scope = manager.newSubManager()) {
                float[] values = logits(some, Pass.EVALUATION, scope).toFloatArray();
                int classes = values.length / some.size();
                for (int row = 0; row < some.size(); row++) {
                    all.add(new Answer(some.get(row), Arrays.copyOfRange(values, row * classes, (row + 1) * classes)));
                }
            }
        }
        return all;
    }

    private NDArray logits(List<TextTargets> rows, Pass pass, NDManager scope) {
        TokenBatch batch =
                Arrangement.padded(rows.stream().map(TextTargets::ids).toList()).on(scope);
        Context context = Context.of(batch.layout(), scope, pass);
        return model.classified(batch.ids(), context);
    }
}
