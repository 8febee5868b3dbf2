// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarianFileTest {
    private static final Path SHARED = Path.of("src/test/resources/students/shared");

    @TempDir
    Path folder;

    private static byte[] model() throws IOException {
        return Files.readAllBytes(SHARED.resolve("model.tiny.intgemm.alphas.bin"));
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.bin"), bytes);
    }

    @Test
    void integersAreDividedAndLieAsLinearMaps() {
        MarianFile file = MarianFile.read(SHARED.resolve("model.tiny.intgemm.alphas.bin"));
        assertThat(file.settings()).contains("dec-cell: ssru");
        assertThat(file.weights().tensor("encoder_l1_ffn_W1").shape()).containsExactly(24, 16);
        assertThat(file.weights().tensor("Wemb").shape()).containsExactly(81, 16);
        assertThat(file.weights().names()).noneMatch(name -> name.contains("QuantMult"));
    }

    @Test
    void everyCutIsRefused() throws IOException {
        byte[] whole = model();
        for (int length : new int[] {0, 7, 8, 15, 16, 40, 900, 4000, whole.length - 1}) {
            Path file = file(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> MarianFile.read(file))
                    .as("%d bytes", length)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("model.bin");
        }
    }

    @Test
    void bytesBehindTheLastArrayAreRefused() throws IOException {
        byte[] whole = model();
        Path file = file(Arrays.copyOf(whole, whole.length + 3));
        assertThatThrownBy(() -> MarianFile.read(file)).hasMessageContaining("3 bytes are left");
    }

    @Test
    void anotherVersionIsRefused() throws IOException {
        byte[] bytes = model();
        bytes[0] = 2;
        Path file = file(bytes);
        assertThatThrownBy(() -> MarianFile.read(file)).hasMessageContaining("version 2; known is 1");
    }

    @Test
    void anUnknownTypeIsRefused() throws IOException {
        byte[] bytes = model();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(16 + 8, 0x4102);
        Path file = file(bytes);
        assertThatThrownBy(() -> MarianFile.read(file)).hasMessageContaining("0x4102");
    }

    @Test
    void aCutGzipIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of("src/test/resources/students/apart/model.tiny.bin.gz"));
        Path file = Files.write(folder.resolve("model.bin.gz"), Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> MarianFile.read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("gzip");
    }

    @Test
    void damagedHeadersGiveAnErrorAndNoOther() throws IOException {
        Random random = new Random(20261128);
        byte[] whole = model();
        for (int i = 0; i < 300; i++) {
            byte[] bytes = whole.clone();
            bytes[random.nextInt(4000)] ^= (byte) (1 << random.nextInt(8));
            Path file = file(bytes);
            try {
                MarianFile.read(file);
            } catch (CheckpointException e) {
                assertThat(e).hasMessageContaining("model.bin");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dec-cell: ssru|dec-cell: gru|dec-cell = gru; allowed is \"ssru\"",
                "transformer-ffn-activation: relu|transformer-ffn-activation: swish|transformer-ffn-activation = swish",
                "transformer-postprocess: dan|transformer-postprocess: da|transformer-postprocess = da",
                "right-left: false|right-left: true|right-left = true",
                "right-left: false|new-key: 7|new-key = 7 is not known",
                "enc-depth: 2|enc-depth: many|enc-depth = many; allowed is a positive number",
                "dim-emb: 16|dim-embedding: 16|dim-emb is missing",
                "tied-embeddings-all: true|tied-embeddings-all: false|an output of its own is not supported",
                "type: transformer|type: s2s|type = s2s"
            })
    void aSettingThatAsksForAnotherComputationIsNamed(String from, String to, String message) {
        String settings =
                MarianFile.read(SHARED.resolve("model.tiny.intgemm.alphas.bin")).settings();
        assertThatCode(() -> StudentConfig.read("it.bin", settings)).doesNotThrowAnyException();
        String changed = settings.replace(from, to);
        assertThat(changed).isNotEqualTo(settings);
        assertThatThrownBy(() -> StudentConfig.read("it.bin", changed))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("it.bin: ")
                .hasMessageContaining(message);
    }

    @Test
    void aShortlistOfAnotherVocabularyIsRefused() throws IOException {
        Path lex = SHARED.resolve("lex.6.10.tiny.s2t.bin");
        assertThatThrownBy(() -> LexicalShortlist.read(lex, 70, 81)).hasMessageContaining("no shortlist of 70 to 81");
        assertThatThrownBy(() -> LexicalShortlist.read(lex, 81, 40)).hasMessageContaining("beyond a vocabulary of 40");
        byte[] bytes = Files.readAllBytes(lex);
        Path cut = Files.write(folder.resolve("lex.bin"), Arrays.copyOf(bytes, bytes.length - 4));
        assertThatThrownBy(() -> LexicalShortlist.read(cut, 81, 81)).isInstanceOf(CheckpointException.class);
        bytes[0]++;
        Path other = Files.write(folder.resolve("lex.bin"), bytes);
        assertThatThrownBy(() -> LexicalShortlist.read(other, 81, 81)).hasMessageContaining("not a lexical shortlist");
    }
}
