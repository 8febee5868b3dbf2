// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.checkpoint.ConfigKeys;
import dev.graft.nn.Activation;
import dev.graft.nn.Dropout;
import dev.graft.nn.Head;
import dev.graft.nn.Norm;
import dev.graft.nn.Transformer;
import java.util.Optional;
import java.util.Set;

/** BERT (Devlin et al. 2019), and MiniLM (Wang et al. 2020), which is of the same build. */
final class Bert implements Architecture {
    @Override
    public Set<String> modelTypes() {
        return Set.of("bert");
    }

    @Override
    public boolean decoder() {
        return false;
    }

    @Override
    public Model build(ConfigKeys config, Modules modules, HeadKind kind) {
        EncoderParts parts = EncoderParts.read(config, modules, "bert.");
        config.flag("tie_word_embeddings", true); // what the file holds tells
        Transformer transformer = parts.transformer(0);
        Optional<Head> head = switch (kind) {
            case NONE -> Optional.empty();
            case MASKED_LM -> {
                String name = "cls.predictions.";
                yield Optional.of(new Head(
                        parts.transform(name + "transform.dense", name + "transform.LayerNorm"),
                        new Dropout(0),
                        parts.toWords(name + "decoder.weight", name + "bias", name + "decoder.bias"),
                        0));
            }
            case SEQUENCE -> {
                var pooler = modules.dense(parts.prefix() + "pooler.dense", parts.width(), parts.width(), true);
                yield Optional.of(new Head(
                        Head.Transform.of(pooler, Activation.TANH, Norm.NONE),
                        parts.classifierDropout(),
                        parts.toClasses("classifier"),
                        0));
            }
            case TOKENS ->
                Optional.of(new Head(Head.Transform.NONE, parts.classifierDropout(), parts.toClasses("classifier"), 0));
            case CAUSAL_LM -> throw new IllegalStateException("an encoder has no " + kind);
        };
        return parts.model(transformer, head, kind, parts.positions().value());
    }
}
