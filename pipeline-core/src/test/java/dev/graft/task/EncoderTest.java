// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.graft.checkpoint.BaseModel;
import dev.graft.model.ComputeType;
import dev.graft.model.Encoder;
import dev.graft.nn.Pass;
import dev.graft.tokenize.Tokenizer;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hidden states against ONNX Runtime on the same file. */
class EncoderTest {
    private static NDManager manager;
    private static BaseModel model;
    private static Encoder encoder;
    private static Tokenizer tokenizer;

    @BeforeAll
    static void load() {
        manager = NDManager.newBaseManager("PyTorch");
        model = BaseModel.load(BaseModel.MINILM);
        encoder = new Encoder(model, manager, (name, dense) -> dense);
        tokenizer = new Tokenizer(model.tokenizer(), 128);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
        manager.close();
    }

    @Test
    void hiddenStatesAgreeWithOnnxRuntimePaddedOrNot() throws Exception {
        byte[] onnx;
        try (InputStream in = BaseModel.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            onnx = in.readAllBytes();
        }
        try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
                OrtSession session = environment.createSession(onnx)) {
            List<long[]> texts = sentences().stream().map(tokenizer::ids).toList();
            List<List<long[]>> batches = new ArrayList<>(List.of(texts.subList(0, 1), texts.subList(1, 2)));
            for (int i = 0; i < texts.size(); i += 10) {
                batches.add(texts.subList(i, i + 10));
            }
            for (List<long[]> batch : batches) {
                assertStatesAgree(environment, session, batch);
            }
        }
    }

    private static void assertStatesAgree(OrtEnvironment environment, OrtSession session, List<long[]> texts)
            throws Exception {
        try (NDManager scope = manager.newSubManager()) {
            Tokenizer.Batch batch = Tokenizer.pad(texts, scope);
            NDArray states = encoder.forward(batch.ids(), batch.mask(), Pass.EVALUATION);
            long[] mask = batch.mask().toLongArray();
            long[] shape = batch.ids().getShape().getShape();
            try (OnnxTensor ids = tensor(environment, batch.ids().toLongArray(), shape);
                    OnnxTensor attention = tensor(environment, mask, shape);
                    OnnxTensor types = tensor(environment, new long[mask.length], shape);
                    OrtSession.Result result = session.run(
                            Map.of("input_ids", ids, "attention_mask", attention, "token_type_ids", types))) {
                float[] expected = ((OnnxTensor) result.get(0)).getFloatBuffer().array();
                float[] given = states.toFloatArray();
                int hidden = model.config().hiddenSize();
                for (int i = 0; i < given.length; i++) {
                    if (mask[i / hidden] == 1) {
                        assertThat(given[i])
                                .as("value %d of %d texts", i, texts.size())
                                .isCloseTo(expected[i], within(1e-4f));
                    }
                }
            }
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, long[] values, long[] shape) throws Exception {
        return OnnxTensor.createTensor(environment, java.nio.LongBuffer.wrap(values), shape);
    }

    @Test
    void aSavedFolderGivesTheSameStatesBitForBit(@TempDir Path folder) throws Exception {
        model.save(folder);
        BaseModel loaded = BaseModel.load(folder.toString());
        assertThat(loaded.config()).isEqualTo(model.config());
        try (NDManager scope = manager.newSubManager()) {
            Encoder again = new Encoder(loaded, scope, (name, dense) -> dense);
            Tokenizer.Batch batch = Tokenizer.pad(
                    sentences().stream().limit(7).map(tokenizer::ids).toList(), scope);
            assertThat(again.forward(batch.ids(), batch.mask(), Pass.EVALUATION).toFloatArray())
                    .isEqualTo(encoder.forward(batch.ids(), batch.mask(), Pass.EVALUATION)
                            .toFloatArray());
        }
    }

    @ParameterizedTest
    @EnumSource(ComputeType.class)
    void memoryStaysFlat(ComputeType compute) {
        try (SentenceEncoder sentences = new SentenceEncoder(model, 64, Device.cpu(), compute)) {
            List<String> texts = sentences();
            // A leak grows in every round, so one that does not is enough: one tensor of the last layer a text would be
            // some 10 MB in each.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 8 && least >= 5L << 20; round++) {
                System.gc(); // the heap's own growth is not what is measured
                long before = residentBytes();
                for (int i = 0; i < 250; i++) {
                    sentences.embed(texts.get(i % texts.size()));
                }
                System.gc();
                least = Math.min(least, residentBytes() - before);
            }
            assertThat(least).isLessThan(5L << 20);
        }
    }

    /** The mean is 0.997; 0.7 and 0.95 are the bounds by which copies are judged. */
    @Test
    void integersOfEightBitsChangeLittle() {
        try (SentenceEncoder floats = new SentenceEncoder(model, 64);
                SentenceEncoder integers = new SentenceEncoder(model, 64, Device.cpu(), ComputeType.INT8)) {
            List<String> texts = sentences();
            List<float[]> embedded = integers.embed(texts);
            assertThat(IntStream.range(0, texts.size())
                            .mapToDouble(i -> SentenceEncoder.cosine(floats.embed(texts.get(i)), embedded.get(i))))
                    .allSatisfy(cosine -> assertThat(cosine).isBetween(0.98, 0.99999));
        }
    }

    @Test
    void similarSentencesAreNearerThanOthers() {
        try (SentenceEncoder sentences = new SentenceEncoder(model, 64)) {
            float[] a = sentences.embed("Where is my parcel?");
            float[] b = sentences.embed("My package has not arrived yet.");
            float[] c = sentences.embed("The recipe needs two eggs.");
            assertThat(SentenceEncoder.cosine(a, a)).isCloseTo(1, within(1e-5));
            assertThat(SentenceEncoder.cosine(a, b)).isGreaterThan(SentenceEncoder.cosine(a, c) + 0.3);
        }
    }

    private static long residentBytes() {
        try {
            return Long.parseLong(java.nio.file.Files.readString(Path.of("/proc/self/statm"))
                            .split(" ")[1])
                    * 4096;
        } catch (java.io.IOException e) {
            return org.junit.jupiter.api.Assumptions.abort("no /proc here: " + e);
        }
    }

    private static List<String> sentences() {
        List<String> parts = List.of(
                "Where is my order BX-204817?",
                "I'd like a refund, please 🙏",
                "café naïve e\u0301clair",
                "",
                "The quick brown fox jumps over the lazy dog, twice, before anyone in the village has even had breakfast.",
                "https://example.com/a?b=c",
                "日本語のテキスト",
                "x",
                "مرحبا بالعالم",
                "line one\nline two\ttabbed");
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            for (String part : parts) {
                sentences.add(part + " " + String.join(" and ", Collections.nCopies(i, "again number " + i)));
            }
        }
        return sentences;
    }
}
