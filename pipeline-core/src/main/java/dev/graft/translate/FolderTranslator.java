// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.generate.Beams;
import dev.graft.generate.Generator;
import dev.graft.generate.TargetDecoder;
import dev.graft.model.ComputeType;
import dev.graft.model.EncoderDecoder;
import dev.graft.model.EncoderDecoders;
import dev.graft.model.Modules;
import dev.graft.nn.engine.Devices;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A translator from a folder as the hub has it: MarianMT with {@code source.spm}, {@code target.spm} and {@code vocab.json}; M2M-100
 * with {@code sentencepiece.bpe.model} and {@code vocab.json}; NLLB with {@code tokenizer.json}. May be shared by threads.
 */
public final class FolderTranslator implements Translator {
    /** Source tokens of a batch, by the beams; half as many were slower by a tenth. */
    private static final int BUDGET = 2048;
    /** A translation has at most so many times the tokens of its source, and some more. */
    private static final double LENGTH_FACTOR = 2.5;

    private static final int LENGTH_MORE = 10;
    private static final int DEFAULT_BEAMS = 4;

    private final NDManager manager;
    private final NeuralPair pair;
    private final Manner manner;

    /**
     * @param from language of the sentences, as ISO 639 has it
     * @param to language of the translations
     * @throws CheckpointException if a file is missing, or the model is of another kind or between other languages
     */
    public FolderTranslator(Path folder, String from, String to) {
        this(folder, from, to, OptionalInt.empty(), ComputeType.FLOAT32);
    }

    /**
     * As the other, on a GPU if one is given, which multiplies floats alone.
     *
     * @param gpu its number as CUDA counts in this process
     */
    public FolderTranslator(Path folder, String from, String to, OptionalInt gpu, ComputeType compute) {
        ModelFolder files = ModelFolder.ofTranslator(folder);
        manager = NDManager.newBaseManager(Devices.of(gpu), "PyTorch");
        try {
            Modules modules = new Modules(files.weights(), files.configFile(), manager, compute.adaptation(manager));
            EncoderDecoder model = EncoderDecoders.build(files.config(), files.configFile(), modules);
            PairTokens tokens = PairTokens.of(files, from, to);
            BitSet ends = new BitSet();
            files.ends().forEach(ends::set);
            BitSet never = new BitSet();
            key(files, "bad_words_ids")
                    .ifPresent(words -> words.forEach(word -> {
                        if (word.size() == 1) {
                            never.set(word.get(0).asInt());
                        }
                    }));
            never.set(required(files, "pad_token_id"));
            BitSet everything = new BitSet();
            everything.set(0, model.targets());
            if (key(files, "renormalize_logits").map(JsonNode::asBoolean).orElse(false)) {
                // What is never written has no share of the probabilities.
                everything.andNot(never);
            }
            TargetDecoder decoder = new TargetDecoder(model, required(files, "decoder_start_token_id"), ends, manager);
            pair = new NeuralPair(
                    tokens,
                    new Generator(decoder, BUDGET),
                    model.positions(),
                    ids -> everything,
                    ids -> Math.min(model.positions(), LENGTH_MORE + (int) Math.ceil(LENGTH_FACTOR * ids.length)),
                    never,
                    number(files, "forced_eos_token_id"));
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
        manner = Manner.of(Beams.of(Math.max(1, number(files, "num_beams").orElse(DEFAULT_BEAMS))));
    }

    /**
     * All that the constructor looks at but the weights' values.
     *
     * @throws CheckpointException as the constructor
     */
    public static void require(Path folder, String from, String to) {
        ModelFolder files = ModelFolder.ofTranslator(folder);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Modules shapes = Modules.ofShapes(files.weights(), files.configFile(), manager);
            EncoderDecoders.build(files.config(), files.configFile(), shapes);
            required(files, "pad_token_id");
            required(files, "decoder_start_token_id");
            PairTokens.of(files, from, to).close();
        }
    }

    /** Whether a folder looks like one of a hub's. */
    public static boolean is(Path folder) {
        return folder.resolve("config.json").toFile().isFile();
    }

    private static Optional<JsonNode> key(ModelFolder files, String key) {
        return Optional.ofNullable(files.generation().get(key))
                .or(() -> Optional.ofNullable(files.config().get(key)))
                .filter(value -> !value.isNull());
    }

    private static OptionalInt number(ModelFolder files, String key) {
        Optional<JsonNode> given = key(files, key);
        return given.isPresent() && given.get().isInt()
                ? OptionalInt.of(given.get().asInt())
                : OptionalInt.empty();
    }

    /** A number of {@code generation_config.json}, or of {@code config.json}. */
    public static int required(ModelFolder files, String key) {
        return number(files, key)
                .orElseThrow(() -> new CheckpointException(files.configFile() + ": " + key + " is missing"));
    }

    @Override
    public List<String> translate(List<String> sentences) {
        return translations(sentences).stream().map(Translation::text).toList();
    }

    @Override
    public List<Optional<String>> answers(List<String> sentences) {
        return translations(sentences).stream().map(Translation::whole).toList();
    }

    /** As {@link #translate}, along as many beams as the folder asks for, with what is to be known of each. */
    public List<Translation> translations(List<String> sentences) {
        return pair.translations(
                sentences.stream().map(sentence -> new Draft(sentence, 0)).toList(), manner);
    }

    @Override
    public List<Optional<Translation>> drafts(List<Draft> drafts, Manner asked) {
        return pair.translations(drafts, asked).stream()
                .map(each -> each.unknown() ? Optional.<Translation>empty() : Optional.of(each))
                .toList();
    }

    @Override
    public void close() {
        manager.close();
        pair.tokens().close();
    }
}
