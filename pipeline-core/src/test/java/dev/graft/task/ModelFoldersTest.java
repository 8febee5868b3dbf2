// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of models that are odd but well, and such that are refused by the name of what is wrong. */
class ModelFoldersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path RESOURCES = Path.of("src", "test", "resources");

    @TempDir
    private Path folder;

    @Test
    void theBuffersOfOldCheckpointsAreNoHindrance() throws IOException {
        Path model = copy("tiny-bert");
        float[] before = embed(model);
        withBuffer(model.resolve("model.safetensors"), "bert.embeddings.position_ids", 64);
        assertThat(embed(model)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    tiny-bert | hidden_size | 64 | hidden_size is 64, but embeddings.word_embeddings.weight is [291, 32]
                    tiny-bert | hidden_size | 0 | hidden_size is 0; allowed is a whole number from 1
                    tiny-bert | hidden_size | -32 | hidden_size is -32
                    tiny-bert | hidden_size | 32.5 | hidden_size is 32.5
                    tiny-bert | hidden_size | null | hidden_size is null
                    tiny-bert | vocab_size | 290 | vocab_size is 290
                    tiny-bert | max_position_embeddings | 63 | max_position_embeddings is 63
                    tiny-bert | intermediate_size | 65 | intermediate_size is 65, but encoder.layer.0.intermediate.dense.weight is [64, 32]
                    tiny-bert | num_hidden_layers | 3 | encoder.layer.2.attention.self.query.weight
                    tiny-bert | num_hidden_layers | 1 | num_hidden_layers is 1, but the weights have encoder.layer.1.
                    tiny-bert | num_attention_heads | 5 | num_attention_heads is 5; allowed is a number that divides hidden_size 32
                    tiny-bert | num_attention_heads | 0 | num_attention_heads is 0
                    tiny-bert | layer_norm_eps | "text" | layer_norm_eps is "text"; allowed is a number above 0
                    tiny-bert | layer_norm_eps | 0 | layer_norm_eps is 0
                    tiny-bert | layer_norm_eps | 1 | layer_norm_eps is 1
                    tiny-bert | hidden_dropout_prob | 1.5 | hidden_dropout_prob is 1.5
                    tiny-bert | hidden_act | "relu" | hidden_act is "relu"; allowed is gelu
                    tiny-bert | model_type | "distilbert" | model_type is "distilbert"; allowed is bert
                    tiny-bert | position_embedding_type | "relative_key" | position_embedding_type is "relative_key"; allowed is absolute
                    tiny-bert | is_decoder | true | is_decoder is true
                    tiny-bert | pruned_heads | {"0": [1]} | pruned_heads is {"0":[1]}
                    tiny-gpt2 | n_embd | 16 | n_embd is 16, but transformer.wte.weight is [500, 32]
                    tiny-gpt2 | n_layer | 1 | n_layer is 1, but the weights have transformer.h.1.
                    tiny-gpt2 | n_layer | 3 | transformer.h.2.attn.c_attn.weight
                    tiny-gpt2 | n_head | 3 | n_head is 3; allowed is a number that divides n_embd 32
                    tiny-gpt2 | n_inner | 64 | n_inner is 64
                    tiny-gpt2 | n_positions | 32 | n_positions is 32
                    tiny-gpt2 | layer_norm_epsilon | "1e-5" | layer_norm_epsilon is "1e-5"
                    tiny-gpt2 | activation_function | "relu" | activation_function is "relu"; allowed is [gelu, gelu_new
                    tiny-gpt2 | scale_attn_weights | false | scale_attn_weights is false; allowed is true
                    """)
    void aKeyThatDoesNotFitIsRefusedByName(String name, String key, String value, String message) throws IOException {
        Path model = copy(name);
        json(model, "config.json", config -> config.set(key, tree(value)));
        refused(model).hasMessageContainingAll("config.json", message);
    }

    @Test
    void whatIsWrongIsSaidAtOnce() throws IOException {
        Path model = copy("tiny-bert");
        json(model, "config.json", config -> config.put("hidden_act", "silu").put("vocab_size", "many"));
        refused(model).hasMessageContainingAll("hidden_act is \"silu\"", "vocab_size is \"many\"");
        Files.writeString(model.resolve("config.json"), "{\"hidden_size\": 32, \"hidden_size\": 64}");
        refused(model).hasMessageContaining("Duplicate field 'hidden_size'");
        Files.writeString(model.resolve("config.json"), "{\"hidden_si");
        refused(model).hasMessageContaining("config.json is not JSON");
    }

    @Test
    void weightsThatAreNoneAreRefusedByName() throws IOException {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            refusedTensor("tiny-bert", "bert.encoder.layer.1.output.dense.weight", tensor -> {
                        float[] values = tensor.values();
                        values[77] = value;
                        return Tensor.of(tensor.name(), tensor.shape(), values);
                    })
                    .hasMessageContainingAll("encoder.layer.1.output.dense.weight has a value that is " + value);
        }
        refusedTensor("tiny-bert", "bert.encoder.layer.1.output.dense.weight", tensor -> tensor.named("bert.encoder.x"))
                .hasMessageContaining("no tensor encoder.layer.1.output.dense.weight");
        refusedTensor(
                        "tiny-bert",
                        "bert.encoder.layer.0.attention.self.query.weight",
                        tensor -> Tensor.of(tensor.name(), new long[] {16, 64}, tensor.values()))
                .hasMessageContainingAll("hidden_size is 32", "query.weight is [16, 64]");
        refusedTensor(
                        "tiny-bert",
                        "cls.predictions.bias",
                        tensor -> tensor.named("bert.encoder.layer.0.attention.self.distance_embedding.weight"))
                .hasMessageContaining("distance_embedding.weight, which a BERT encoder does not");
        refusedTensor(
                        "tiny-gpt2",
                        "transformer.h.1.mlp.c_fc.weight",
                        tensor -> Tensor.of(tensor.name(), new long[] {128, 32}, tensor.values()))
                .hasMessageContaining("n_inner");
    }

    @Test
    void aTokenizerThatDoesNotFitIsRefused() throws IOException {
        for (String name : List.of("tiny-bert", "tiny-gpt2")) {
            int rows = name.equals("tiny-bert") ? 291 : 500;
            Path model = copy(name);
            json(
                    model,
                    "tokenizer.json",
                    tokenizer -> ((ArrayNode) tokenizer.get("added_tokens"))
                            .addObject()
                            .put("id", rows)
                            .put("content", "[ORDER]"));
            refused(model)
                    .hasMessageContainingAll(
                            "tokenizer.json", "\"[ORDER]\" has the id " + rows, rows + " tokens (vocab_size)");
        }
        Path model = copy("tiny-bert");
        json(
                model,
                "tokenizer.json",
                tokenizer -> ((ObjectNode) tokenizer.at("/model/vocab")).put("zyzzyva", 1_000_000));
        refused(model).hasMessageContaining("\"zyzzyva\" has the id 1000000");
        json(model, "tokenizer.json", tokenizer -> ((ObjectNode) tokenizer.at("/model/vocab")).put("zyzzyva", "ten"));
        refused(model).hasMessageContaining("the id of \"zyzzyva\" is \"ten\"");
        json(model, "tokenizer.json", tokenizer -> ((ObjectNode) tokenizer.get("model")).put("type", "Oracle"));
        refused(model).hasMessageContainingAll("model.type is \"Oracle\"", "WordPiece");
        Path cut = model.resolve("tokenizer.json");
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
        refused(model).hasMessageContaining("tokenizer.json is not JSON");
        Files.writeString(cut, "{}");
        refused(model).hasMessageContaining("model.type");
        Path odd = copy("tiny-bert");
        json(
                odd,
                "tokenizer.json",
                tokenizer -> tokenizer.putObject("pre_tokenizer").put("type", "Runes"));
        refused(odd).hasMessageContaining("tokenizer.json can't be used");
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path copy(String name) throws IOException {
        Path model = Files.createTempDirectory(folder, name);
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(RESOURCES.resolve(name).resolve(file), model.resolve(file));
        }
        return model;
    }

    private static void json(Path model, String file, Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = (ObjectNode) JSON.readTree(model.resolve(file).toFile());
        change.accept(json);
        JSON.writeValue(model.resolve(file).toFile(), json);
    }

    private AbstractThrowableAssert<?, ?> refusedTensor(String name, String tensor, UnaryOperator<Tensor> change)
            throws IOException {
        Path model = copy(name);
        Path file = model.resolve("model.safetensors");
        List<Tensor> tensors = new ArrayList<>();
        Safetensors.read(file).tensors().forEach(t -> tensors.add(t.name().equals(tensor) ? change.apply(t) : t));
        Safetensors.write(file, new Weights(tensors), Map.of());
        return refused(model);
    }

    private static AbstractThrowableAssert<?, ?> refused(Path model) {
        return assertThatThrownBy(() -> {
                    if (model.getFileName().toString().startsWith("tiny-bert")) {
                        embed(model);
                    } else {
                        new CausalLm(model).close();
                    }
                })
                .isInstanceOf(CheckpointException.class);
    }

    private static float[] embed(Path model) {
        try (SentenceEncoder encoder = new SentenceEncoder(BaseModel.load(model.toString()), 32)) {
            return encoder.embed("the old lamp did not work.");
        }
    }

    /** Adds an int64 tensor [1, size] of the numbers from 0, as torch stores the buffer. */
    private static void withBuffer(Path file, String name, int size) throws IOException {
        ByteBuffer old = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) old.getLong();
        int data = old.capacity() - 8 - header;
        ObjectNode json = (ObjectNode) JSON.readTree(new String(old.array(), 8, header, StandardCharsets.UTF_8));
        ObjectNode entry = json.putObject(name).put("dtype", "I64");
        entry.putArray("shape").add(1).add(size);
        entry.putArray("data_offsets").add(data).add(data + 8 * size);
        byte[] bytes = JSON.writeValueAsBytes(json);
        ByteBuffer out = ByteBuffer.allocate(8 + bytes.length + data + 8 * size).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(bytes.length).put(bytes).put(old.array(), 8 + header, data);
        for (long i = 0; i < size; i++) {
            out.putLong(i);
        }
        Files.write(file, out.array());
    }
}
