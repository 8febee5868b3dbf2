// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.FolderWriter;
import dev.graft.config.Settings;
import dev.graft.model.HeadKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Writes adapters of each method, family and head that PEFT has, for {@code src/test/python/peft_methods.py check}; skipped without
 * {@code -Dgraft.interop=DIR}.
 */
class AdapterInteropTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> LABELS = List.of("yes", "no", "maybe");
    /** More lets a start that is large already grow until float32 alone, in either library, is worth more than the tolerance. */
    private static final double NOISE = 0.05;

    @BeforeEach
    void onlyWhereAskedFor() {
        Assumptions.assumeTrue(System.getProperty("graft.interop") != null, "-Dgraft.interop=DIR is not set");
    }

    static List<String> families() {
        return TinyModels.names().toList();
    }

    @ParameterizedTest
    @MethodSource("families")
    void writesWhatPeftIsToReproduce(String family) throws IOException {
        for (String method : MethodsTest.ALL) {
            for (HeadKind head : HeadKind.values()) {
                if (isFor(method, family, head)) {
                    write(method, family, head);
                }
            }
        }
    }

    private static boolean isFor(String method, String family, HeadKind head) {
        if (!MethodsTest.fits(method, family) || !method.matches("kind = (lora|ia3|pre|pro|bottleneck).*")) {
            return false;
        }
        return switch (head) {
            case CAUSAL_LM -> TinyModels.head(family) == HeadKind.CAUSAL_LM;
            case MASKED_LM -> !method.contains("virtual") && TinyModels.head(family) == HeadKind.MASKED_LM;
            case NONE -> !method.contains("virtual");
            case SEQUENCE, TOKENS -> !method.contains("virtual") && hasClasses(family, head);
        };
    }

    /** In transformers. */
    private static boolean hasClasses(String family, HeadKind head) {
        boolean decoder = !family.contains("bert");
        return !(decoder && head == HeadKind.TOKENS && family.matches("(phi3|gemma).*"))
                && !family.startsWith("smollm3-");
    }

    private static void write(String method, String family, HeadKind head) throws IOException {
        List<String> labels = head == HeadKind.SEQUENCE || head == HeadKind.TOKENS ? LABELS : List.of();
        String name = (family + " " + head + " " + method).replaceAll("[^A-Za-z0-9]+", "-");
        Path folder = Path.of(System.getProperty("graft.interop")).resolve(name);
        try (AdaptedModel model = new AdaptedModel(
                TinyModels.read(family), head, labels, Settings.parse(method, Methods::read), 1, Device.cpu())) {
            if (method.contains("gradient")) {
                model.start(() -> TinyModels.backward(model));
            }
            TinyModels.disturb(model, 3, NOISE);
            AdapterFolder.write(folder, model);
            if (method.equals("kind = lora, r = 4")) {
                FolderWriter.write(
                        Merge.model(model.files(), head, labels, model.problem(), Merge.weights(model)),
                        DType.F32,
                        folder.resolve("merged"));
            }
            ObjectNode told = JSON.createObjectNode().put("family", family).put("method", method);
            labels.forEach(told.putArray("labels")::add);
            ArrayNode cases = told.putArray("cases");
            for (long[] row : TinyModels.ROWS) {
                ObjectNode each = cases.addObject();
                ArrayNode ids = each.putArray("ids");
                for (long id : row) {
                    ids.add(id);
                }
                ArrayNode outputs = each.putArray("outputs");
                for (float value : TinyModels.outputs(model, List.of(row))) {
                    outputs.add(value);
                }
            }
            JSON.writeValue(folder.resolve("case.json").toFile(), told);
        }
    }
}
