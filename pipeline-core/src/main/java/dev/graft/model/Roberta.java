// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.checkpoint.ConfigKeys;
import dev.graft.nn.Activation;
import dev.graft.nn.Dropout;
import dev.graft.nn.Head;
import dev.graft.nn.Transformer;
import java.util.Optional;
import java.util.Set;

/**
 * RoBERTa (Liu et al. 2019) and XLM-R (Conneau et al. 2020): BERT's layers with heads of their own. Positions are counted from
 * the one after the padding token's id.
 */
final class Roberta implements Architecture {
    @Override
    public Set<String> modelTypes() {
        return Set.of("roberta", "xlm-roberta");
    }

    @Override
    public boolean decoder() {
        return false;
    }

    @Override
    public Model build(ConfigKeys config, Modules modules, HeadKind kind) {
        EncoderParts parts = EncoderParts.read(config, modules, "roberta.");
        config.flag("tie_word_embeddings", true); // what the file holds tells
        int offset = config.count("pad_token_id", 1) + 1;
        if (offset >= parts.positions().value()) {
            config.refuse("max_position_embeddings", "more than pad_token_id + 1 = " + offset);
        }
        config.requireNoProblem();
        Transformer transformer = parts.transformer(offset);
        Optional<Head> head = switch (kind) {
            case NONE -> Optional.empty();
            case MASKED_LM ->
                Optional.of(new Head(
                        parts.transform("lm_head.dense", "lm_head.layer_norm"),
                        new Dropout(0),
                        parts.toWords("lm_head.decoder.weight", "lm_head.bias", "lm_head.decoder.bias"),
                        0));
            case SEQUENCE -> {
                var map = modules.dense("classifier.dense", parts.width(), parts.width(), true);
                Dropout dropout = parts.classifierDropout();
                yield Optional.of(new Head(
                        (x, pass) -> Activation.TANH.apply(map.forward(dropout.apply(x, pass), pass)),
                        dropout,
                        parts.toClasses("classifier.out_proj"),
                        0));
            }
            case TOKENS ->
                Optional.of(new Head(Head.Transform.NONE, parts.classifierDropout(), parts.toClasses("classifier"), 0));
            case CAUSAL_LM -> throw new IllegalStateException("an encoder has no " + kind);
        };
        return parts.model(transformer, head, kind, parts.positions().value() - offset);
    }
}
