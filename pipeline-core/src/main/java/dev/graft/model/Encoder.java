// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.BaseModel;
import dev.graft.nn.Context;
import dev.graft.nn.Dense;
import dev.graft.nn.Linear;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenLayout;
import java.util.Arrays;
import java.util.function.BiFunction;

/** The encoder of a base model. B is the batch, T the tokens, H the hidden width. */
public final class Encoder {
    private final Model model;

    /**
     * @param manager owns the parameters
     * @param swap given each linear map with its name, such as {@code encoder.layer.0.attention.self.query}, answers
     *     what is put in its place: the map itself, or one that wraps it
     */
    public Encoder(BaseModel base, NDManager manager, BiFunction<String, Dense, Linear> swap) {
        Adaptation adaptation = new Adaptation() {
            @Override
            public Linear linear(String name, Dense dense) {
                return swap.apply(name.replaceFirst("^bert\\.", ""), dense);
            }
        };
        Modules modules = new Modules(base.weights(), base.name(), manager, adaptation);
        model = Architectures.build(base.json(), base.name(), modules, HeadKind.NONE);
    }

    /**
     * @param ids (B, T), token ids as int64
     * @param mask (B, T), 1 for a token and 0 for padding behind it, as int64
     * @return hidden states (B, T, H), owned by the manager of {@code ids}
     */
    public NDArray forward(NDArray ids, NDArray mask, Pass pass) {
        int[] lengths = Arrays.stream(mask.sum(new int[] {1}).toLongArray())
                .mapToInt(Math::toIntExact)
                .toArray();
        return model.states(ids, Context.of(TokenLayout.padded(lengths), ids.getManager(), pass));
    }
}
