// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes a decoder as a GGUF file, version 3, that llama.cpp loads: Llama, Mistral and SmolLM (as {@code llama}), Qwen2 and Qwen3,
 * with a byte-level tokenizer. Vectors stay in 32 bits, as llama.cpp wants norms.
 */
public final class GgufWriter {
    private static final int U32 = 4;
    private static final int I32 = 5;
    private static final int F32 = 6;
    private static final int BOOL = 7;
    private static final int TEXT = 8;
    private static final int ARRAY = 9;

    private static final int ALIGNMENT = 32;
    private static final int CHUNK = 1 << 14;
    private static final String TOKENIZER = "tokenizer.ggml.";
    private static final Map<String, String> ARCHITECTURES =
            Map.of("llama", "llama", "mistral", "llama", "qwen2", "qwen2", "qwen3", "qwen3");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ModelFolder model;
    private final DType dtype;
    private final String architecture;
    private final GgufNames names;
    private final Entries entries = new Entries();

    private GgufWriter(ModelFolder model, DType dtype) {
        this.model = model;
        this.dtype = dtype;
        String type = model.config().path("model_type").asText();
        architecture = ARCHITECTURES.getOrDefault(type, "");
        if (architecture.isEmpty()) {
            throw new CheckpointException(model.configFile() + ": model_type is \"" + type
                    + "\"; allowed in a GGUF file are llama, mistral, qwen2 and qwen3");
        }
        int heads = model.config().path("num_attention_heads").asInt();
        names = new GgufNames(
                model.folder(),
                architecture,
                heads,
                model.config().path("num_key_value_heads").asInt(heads));
    }

    /** Metadata as bytes, counted. */
    private static final class Entries {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final LittleEndian out = new LittleEndian(bytes);
        private int count;

        LittleEndian entry(String key, int type) throws IOException {
            count++;
            out.text(key);
            out.u32(type);
            return out;
        }
    }

    private static final class LittleEndian {
        private final DataOutputStream out;

        LittleEndian(OutputStream out) {
            this.out = new DataOutputStream(out);
        }

        void u32(int value) throws IOException {
            out.writeInt(Integer.reverseBytes(value));
        }

        void u64(long value) throws IOException {
            out.writeLong(Long.reverseBytes(value));
        }

        void text(String value) throws IOException {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            u64(utf8.length);
            out.write(utf8);
        }

        void bool(boolean value) throws IOException {
            out.writeByte(value ? 1 : 0);
        }

        void array(int type, int size) throws IOException {
            u32(type);
            u64(size);
        }
    }

    /**
     * Writes beside the file and renames.
     *
     * @param dtype of the matrices
     * @throws CheckpointException if the model is of another family, or has a tokenizer or a key that can't be said in such a file
     */
    public static void write(ModelFolder model, DType dtype, Path file) {
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        try {
            GgufWriter writer = new GgufWriter(model, dtype);
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(draft), 1 << 16)) {
                writer.write(out);
            }
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file + ": " + e, e);
        }
    }

    /** A tensor under its name in the file, and the type that it is written in. */
    private record Placed(Tensor tensor, DType as) {
        long bytes() {
            return as.bytes(tensor.size());
        }
    }

    private void write(OutputStream to) throws IOException {
        parameters();
        tokenizer();
        List<Placed> tensors = new ArrayList<>();
        rotary().ifPresent(tensor -> tensors.add(new Placed(tensor, DType.F32)));
        model.weights().tensors().stream()
                .filter(tensor -> !tensor.name().endsWith("rotary_emb.inv_freq"))
                .map(this::placed)
                .forEach(tensors::add);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        LittleEndian out = new LittleEndian(header);
        header.write("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.u32(3);
        out.u64(tensors.size());
        out.u64(entries.count);
        header.write(entries.bytes.toByteArray());
        long offset = 0;
        for (Placed each : tensors) {
            long[] shape = each.tensor.shape();
            out.text(each.tensor.name());
            out.u32(shape.length);
            for (int i = shape.length - 1; i >= 0; i--) { // the fastest stands first
                out.u64(shape[i]);
            }
            out.u32(each.as.gguf().id());
            out.u64(offset);
            offset += aligned(each.bytes());
        }
        to.write(header.toByteArray());
        pad(to, header.size());
        for (Placed each : tensors) {
            values(each, to);
            pad(to, each.bytes());
        }
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void pad(OutputStream out, long bytes) throws IOException {
        out.write(new byte[(int) (aligned(bytes) - bytes)]);
    }

    private static void values(Placed each, OutputStream out) throws IOException {
        FloatBuffer values = FloatBuffer.wrap(each.tensor.values());
        ByteBuffer chunk =
                ByteBuffer.allocate(each.as.gguf().blockBytes() * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            chunk.clear();
            while (values.hasRemaining() && chunk.hasRemaining()) {
                each.as.encode(values, chunk);
            }
            out.write(chunk.array(), 0, chunk.position());
        }
    }

    private Placed placed(Tensor tensor) {
        Tensor named = names.gguf(tensor)
                .orElseThrow(() -> new CheckpointException(
                        model.folder() + ": " + tensor.name() + " has no name in a GGUF file of " + architecture));
        long[] shape = tensor.shape();
        if (shape.length < 2) {
            return new Placed(named, DType.F32);
        }
        boolean whole = shape[shape.length - 1] % dtype.gguf().blockValues() == 0;
        return new Placed(named, whole ? dtype : DType.F16);
    }

    private void parameters() throws IOException {
        JsonNode config = model.config();
        entries.entry("general.architecture", TEXT).text(architecture);
        entries.entry("general.type", TEXT).text("model");
        entries.entry("general.file_type", U32).u32(dtype.fileType());
        entries.entry("general.quantization_version", U32).u32(2);
        for (Map.Entry<String, String> key : GgufModel.KEYS.entrySet()) {
            JsonNode value = config.path(key.getValue());
            if (key.getValue().equals("rope_theta") && value.isMissingNode()) {
                value = config.path("rope_parameters").path("rope_theta");
            }
            if (value.isNumber()) {
                number(architecture + "." + key.getKey(), value);
            }
        }
        if (config.path("num_key_value_heads").isMissingNode()) {
            number(architecture + ".attention.head_count_kv", config.path("num_attention_heads"));
        }
        entries.entry(architecture + ".rope.dimension_count", U32).u32(headSize());
        entries.entry(architecture + ".vocab_size", U32)
                .u32(config.path("vocab_size").asInt());
        JsonNode scaling = scaling();
        switch (kind(scaling)) {
            case "default", "llama3" -> {}
            case "linear" -> {
                entries.entry(architecture + ".rope.scaling.type", TEXT).text("linear");
                number(architecture + ".rope.scaling.factor", scaling.path("factor"));
            }
            case "yarn" -> yarn(scaling);
            default ->
                throw new CheckpointException(model.configFile() + ": rope_scaling is of the type \"" + kind(scaling)
                        + "\"; allowed in a GGUF file that is written here are none, linear, llama3 and yarn");
        }
    }

    private JsonNode scaling() {
        JsonNode config = model.config();
        return config.path("rope_scaling").isObject() ? config.path("rope_scaling") : config.path("rope_parameters");
    }

    private static String kind(JsonNode scaling) {
        return scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    }

    /** What llama.cpp takes for granted must be so. */
    private void yarn(JsonNode scaling) throws IOException {
        double factor = scaling.path("factor").asDouble();
        double attention = 0.1 * Math.log(factor) + 1;
        if (scaling.path("beta_fast").asDouble(32) != 32
                || scaling.path("beta_slow").asDouble(1) != 1
                || !scaling.path("truncate").asBoolean(true)
                || Math.abs(scaling.path("attention_factor").asDouble(attention) - attention) > 1e-6) {
            throw new CheckpointException(model.configFile() + ": rope_scaling is " + scaling
                    + "; allowed in a GGUF file that is written here is yarn with the paper's beta_fast, beta_slow,"
                    + " attention_factor and truncate");
        }
        String prefix = architecture + ".rope.scaling.";
        entries.entry(prefix + "type", TEXT).text("yarn");
        number(prefix + "factor", scaling.path("factor"));
        int context = model.config().path("max_position_embeddings").asInt();
        entries.entry(prefix + "original_context_length", U32)
                .u32(scaling.path("original_max_position_embeddings").asInt(context));
    }

    /** Of llama3, whose settings are a tensor. */
    private Optional<Tensor> rotary() {
        if (!kind(scaling()).equals("llama3")) {
            return Optional.empty();
        }
        double theta = scaling()
                .path("rope_theta")
                .asDouble(model.config().path("rope_theta").asDouble(10_000));
        return Optional.of(GgufRotary.tensor(scaling(), theta, headSize()));
    }

    private int headSize() {
        JsonNode config = model.config();
        return config.path("head_dim")
                .asInt(config.path("hidden_size").asInt()
                        / config.path("num_attention_heads").asInt());
    }

    private void number(String key, JsonNode value) throws IOException {
        if (value.isIntegralNumber() && !key.endsWith("freq_base") && !key.endsWith("factor")) {
            entries.entry(key, U32).u32(value.asInt());
        } else {
            entries.entry(key, F32).u32(Float.floatToIntBits((float) value.asDouble()));
        }
    }

    private void tokenizer() throws IOException {
        JsonNode json = JSON.readTree(model.tokenizer());
        JsonNode bpe = json.path("model");
        if (!bpe.path("type").asText().equals("BPE")
                || bpe.path("byte_fallback").asBoolean()) {
            throw new CheckpointException(model.folder() + ": the tokenizer is of the type " + bpe.path("type")
                    + (bpe.path("byte_fallback").asBoolean() ? " with pieces" : "")
                    + "; allowed in a GGUF file that is written here is byte-level BPE");
        }
        int size = model.config().path("vocab_size").asInt();
        String[] tokens = new String[size];
        int[] types = new int[size];
        bpe.path("vocab")
                .fields()
                .forEachRemaining(each -> put(tokens, types, each.getValue().asInt(), each.getKey(), 1));
        json.path("added_tokens")
                .forEach(each -> put(
                        tokens,
                        types,
                        each.path("id").asInt(),
                        each.path("content").asText(),
                        each.path("special").asBoolean() ? 3 : 4));
        for (int id = 0; id < size; id++) {
            if (tokens[id] == null) {
                put(tokens, types, id, "[PAD" + id + "]", 5);
            }
        }
        entries.entry(TOKENIZER + "model", TEXT).text("gpt2");
        entries.entry(TOKENIZER + "pre", TEXT).text(GgufTokenizer.cut(json.path("pre_tokenizer"), model.folder()));
        LittleEndian out = entries.entry(TOKENIZER + "tokens", ARRAY);
        out.array(TEXT, size);
        for (String token : tokens) {
            out.text(token);
        }
        out = entries.entry(TOKENIZER + "token_type", ARRAY);
        out.array(I32, size);
        for (int type : types) {
            out.u32(type);
        }
        List<String> merges = new ArrayList<>();
        bpe.path("merges")
                .forEach(each -> merges.add(
                        each.isArray()
                                ? each.get(0).asText() + " " + each.get(1).asText()
                                : each.asText()));
        out = entries.entry(TOKENIZER + "merges", ARRAY);
        out.array(TEXT, merges.size());
        for (String merge : merges) {
            out.text(merge);
        }
        ids(json);
        if (model.chatTemplate().isPresent()) {
            entries.entry("tokenizer.chat_template", TEXT)
                    .text(model.chatTemplate().get());
        }
    }

    private void put(String[] tokens, int[] types, int id, String token, int type) {
        if (id < 0 || id >= tokens.length) {
            throw new CheckpointException(model.folder() + ": the token \"" + token + "\" has the id " + id
                    + "; vocab_size is " + tokens.length);
        }
        tokens[id] = token;
        types[id] = type;
    }

    private void ids(JsonNode tokenizer) throws IOException {
        JsonNode config = model.config();
        if (config.path("bos_token_id").isInt()) {
            entries.entry(TOKENIZER + "bos_token_id", U32)
                    .u32(config.path("bos_token_id").asInt());
        }
        List<Integer> ends = model.ends().stream().collect(Collectors.toList());
        if (!ends.isEmpty()) {
            int first = config.path("eos_token_id").isInt()
                    ? config.path("eos_token_id").asInt()
                    : ends.get(0);
            entries.entry(TOKENIZER + "eos_token_id", U32).u32(first);
            for (int other : ends) {
                if (other != first) {
                    entries.entry(TOKENIZER + "eot_token_id", U32).u32(other);
                    break;
                }
            }
        }
        if (config.path("pad_token_id").isInt()) {
            entries.entry(TOKENIZER + "padding_token_id", U32)
                    .u32(config.path("pad_token_id").asInt());
        }
        boolean begins = tokenizer.path("post_processor").toString().contains("\"SpecialToken\"");
        entries.entry(TOKENIZER + "add_bos_token", BOOL).bool(begins);
    }
}
