// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Augmenter.Asked;
import dev.graft.augment.Augmenter.Proposal;
import dev.graft.augment.CopyException;
import dev.graft.augment.Edit;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Paraphrase by a real server, where {@code -Dgraft.server} names one, such as llama.cpp's:
 *
 * <pre>
 * pip install 'llama-cpp-python[server]==0.3.36'
 * python -m llama_cpp.server --model smollm2.gguf --port 8123 --n_ctx 2048
 * -Dgraft.server=http://127.0.0.1:8123/v1
 * </pre>
 */
@EnabledIfSystemProperty(named = "graft.server", matches = ".+", disabledReason = "no server")
class RealServerTest {
    private static final List<String> TEXTS = List.of(
            "I lost my card yesterday, please block it.",
            "Why was I charged twice for the same order?",
            "The app crashes whenever I open my profile.",
            "How long does a transfer to another bank take?",
            "My parcel BX-12 never arrived, send it again.",
            "Can I change the address of my account?");
    private static final List<String> REASONS =
            List.of("refused", "empty", "malformed", "echo", "protected-lost", "truncated", "no-answer");

    @TempDir
    private Path cache;

    private Augmenter paraphrase(URI server) {
        return Examples.operator("""
                operator = paraphrase
                cache = "%s"
                max-tokens = 64
                server { url = "%s", model = smollm2, retries = 0, concurrency = 1, timeout = 600 }
                """.formatted(cache, server));
    }

    /** Each copy is either rewritten or says why not; asked again, nothing is asked of the server. */
    @Test
    void eachTextIsRewrittenOrSaysWhyNotAndIsAskedOnce() {
        List<Asked> asked = TEXTS.stream()
                .map(text -> new Asked(analyzed(text), new long[] {1, 2}))
                .toList();
        long start = System.nanoTime();
        List<List<Proposal>> first =
                paraphrase(URI.create(System.getProperty("graft.server"))).proposals(asked);
        System.out.printf("%d answers in %.1f s%n", 2 * TEXTS.size(), (System.nanoTime() - start) / 1e9);
        Map<String, Integer> fates = new TreeMap<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            for (Proposal each : first.get(i)) {
                if (each.failure() == null) {
                    System.out.println(TEXTS.get(i) + " -> " + Edit.apply(TEXTS.get(i), each.edits()));
                    fates.merge("rewritten", 1, Integer::sum);
                } else {
                    assertThat(each.failure()).isInstanceOf(CopyException.class);
                    String reason = ((CopyException) each.failure()).reason();
                    assertThat(REASONS).contains(reason);
                    fates.merge(reason, 1, Integer::sum);
                }
            }
        }
        System.out.println(fates);
        assertThat(fates).doesNotContainKey("no-answer");
        long later = System.nanoTime();
        List<List<Proposal>> again =
                paraphrase(URI.create(System.getProperty("graft.server"))).proposals(asked);
        assertThat((System.nanoTime() - later) / 1e9)
                .as("seconds, from the cache")
                .isLessThan(2);
        assertThat(again.stream().flatMap(List::stream).map(RealServerTest::told))
                .isEqualTo(first.stream()
                        .flatMap(List::stream)
                        .map(RealServerTest::told)
                        .toList());
    }

    private static String told(Proposal proposal) {
        return Stream.of(proposal.edits(), String.valueOf(Objects.toString(proposal.failure(), "")))
                .toList()
                .toString();
    }
}
