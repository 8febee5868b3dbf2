// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.model.EncoderDecoders;
import dev.graft.model.Modules;
import dev.graft.random.Seeds;
import dev.graft.tokenize.BytePairs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A MarianMT that was never trained, with one vocabulary for both languages, whose vectors are those of both stacks and of the
 * words that are written.
 *
 * @param layers of each stack
 * @param width of the hidden states; even
 * @param heads that divide it
 * @param feedForward width inside a feed-forward block
 * @param dropout from 0 to under 1
 * @param positions longest source and translation, in tokens
 * @param vocabulary pieces, at most
 */
public record NewMarian(
        int layers, int width, int heads, int feedForward, double dropout, int positions, int vocabulary) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int END = 0;
    private static final int UNKNOWN = 1;
    private static final int FIRST = 2;
    private static final int BEAMS = 4;

    public NewMarian {
        if (heads < 1 || width % heads != 0 || width % 2 != 0) {
            throw new IllegalArgumentException("width is " + width + " and heads are " + heads
                    + "; allowed is an even width that the heads divide");
        }
    }

    /**
     * Writes a folder that transformers loads.
     *
     * @param folder which is there
     * @param texts of both languages, of which the vocabulary is learnt
     * @param seed of the parameters
     */
    public void write(Path folder, Iterable<String> texts, String from, String to, long seed) {
        BytePairs pieces = BytePairs.learn(texts, vocabulary);
        pieces.write(folder.resolve("source.spm"));
        pieces.write(folder.resolve("target.spm"));
        int pad = FIRST + pieces.pieces().size();
        ObjectNode words = JSON.createObjectNode().put("</s>", END).put("<unk>", UNKNOWN);
        for (int i = 0; i < pieces.pieces().size(); i++) {
            words.put(pieces.pieces().get(i), FIRST + i);
        }
        words.put("<pad>", pad);
        write(folder.resolve("vocab.json"), words);
        write(folder.resolve("config.json"), config(pad));
        write(folder.resolve("generation_config.json"), generation(pad));
        write(
                folder.resolve("tokenizer_config.json"),
                JSON.createObjectNode()
                        .put("tokenizer_class", "MarianTokenizer")
                        .put("source_lang", from)
                        .put("target_lang", to)
                        .put("separate_vocabs", false)
                        .put("model_max_length", positions));
        Safetensors.write(folder.resolve("model.safetensors"), weights(config(pad), pad, seed), Map.of("format", "pt"));
    }

    private static void write(Path file, JsonNode json) {
        try {
            Files.writeString(file, json.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file + ": " + e, e);
        }
    }

    private ObjectNode config(int pad) {
        ObjectNode config = JSON.createObjectNode();
        config.putArray("architectures").add("MarianMTModel");
        config.put("model_type", "marian")
                .put("is_encoder_decoder", true)
                .put("d_model", width)
                .put("vocab_size", pad + 1)
                .put("decoder_vocab_size", pad + 1)
                .put("share_encoder_decoder_embeddings", true)
                .put("tie_word_embeddings", true)
                .put("max_position_embeddings", positions)
                .put("static_position_embeddings", true)
                .put("scale_embedding", true)
                .put("activation_function", "relu")
                .put("activation_dropout", 0.0)
                .put("attention_dropout", 0.0)
                .put("dropout", dropout)
                .put("init_std", deviation())
                .put("eos_token_id", END)
                .put("forced_eos_token_id", END)
                .put("pad_token_id", pad)
                .put("decoder_start_token_id", pad);
        for (String stack : List.of("encoder", "decoder")) {
            config.put(stack + "_layers", layers)
                    .put(stack + "_attention_heads", heads)
                    .put(stack + "_ffn_dim", feedForward)
                    .put(stack + "_layerdrop", 0.0);
        }
        return config.put("torch_dtype", "float32");
    }

    private ObjectNode generation(int pad) {
        ObjectNode generation = JSON.createObjectNode()
                .put("eos_token_id", END)
                .put("forced_eos_token_id", END)
                .put("pad_token_id", pad)
                .put("decoder_start_token_id", pad)
                .put("max_length", positions)
                .put("num_beams", BEAMS);
        generation.putArray("bad_words_ids").addArray().add(pad);
        return generation;
    }

    /**
     * 1 / sqrt(H), so that scaled embeddings have a deviation of 1, and about that of Glorot & Bengio 2010 for maps of the width.
     */
    private double deviation() {
        return 1 / Math.sqrt(width);
    }

    /** As transformers draws it: normal matrices, ones of norms, zeros of biases, and zeros of the padding's vector. */
    private Weights weights(JsonNode config, int pad, long seed) {
        List<Tensor> tensors = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Modules modules = Modules.fresh("a new model", manager, (name, shape) -> {
                float[] values = start(name, pad, seed, shape);
                tensors.add(Tensor.of(name, shape, values));
                return values;
            });
            EncoderDecoders.build(config, "a new model", modules);
        }
        return new Weights(tensors);
    }

    private float[] start(String name, int pad, long seed, long... shape) {
        float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
        if (name.endsWith("norm.weight")) {
            Arrays.fill(values, 1);
        } else if (name.endsWith(".weight")) {
            RandomGenerator random = Seeds.random(Seeds.of(seed, name, "start", 0));
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (deviation() * random.nextGaussian());
            }
        }
        if (name.equals("model.shared.weight")) {
            Arrays.fill(values, pad * width, values.length, 0);
        }
        return values;
    }
}
