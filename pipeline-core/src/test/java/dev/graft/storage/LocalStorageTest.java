// SPDX-License-Identifier: Apache-2.0
package dev.graft.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalStorageTest {
    private final Storage storage = new LocalStorage();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"plain", "a b", "50%", "a%20b", "#1", "ü", "a,b", "[x]{y}*?", "a:b", "a\\b", "~", "a+b&c=d", "日本"
            })
    void aNameIsAName(String name) throws Exception {
        String file = storage.child(storage.child(folder.toString(), name), "file");
        storage.write(file, bytes("one"));
        assertThat(folder.resolve(name).resolve("file")).hasContent("one");
        assertThat(storage.read("file:" + file)).isEqualTo(bytes("one"));
        assertThat(storage.read("file://" + file)).isEqualTo(bytes("one"));
        assertThat(storage.uri(file)).isEqualTo("file://" + file);
        assertThat(storage.list(folder.toString()))
                .extracting(Storage.Entry::name)
                .containsExactly(name);
        String moved = storage.child(folder.toString(), name + "2");
        storage.move(storage.child(folder.toString(), name), moved);
        assertThat(storage.read(storage.child(moved, "file"))).isEqualTo(bytes("one"));
        storage.delete(moved);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void onlyOneOfTwoCreatesAFile() throws Exception {
        String file = folder.resolve("new/file").toString();
        assertThat(storage.createNew(file, bytes("one"))).isTrue();
        assertThat(storage.createNew(file, bytes("two"))).isFalse();
        assertThat(storage.read(file)).isEqualTo(bytes("one"));
    }

    @Test
    void whatIsNotThereIsNothing() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThat(storage.entry(folder.resolve("none").toString())).isEmpty();
        assertThat(storage.entry(file.resolve("below").toString())).isEmpty();
        assertThat(storage.list(folder.resolve("none").toString())).isEmpty();
        storage.delete(folder.resolve("none").toString());
        assertThatThrownBy(() -> storage.open(folder.resolve("none").toString()))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> storage.write(file.resolve("below").toString(), new byte[0]))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aPatternNamesWhatItMatches() throws Exception {
        for (String name : new String[] {"a/1.csv", "a/2.csv", "a/3.txt", "b/1.csv"}) {
            storage.write(folder.resolve(name).toString(), bytes(name));
        }
        assertThat(storage.glob(folder + "/{a,b}/[12].csv"))
                .extracting(entry -> folder.relativize(Path.of(entry.path())).toString())
                .containsExactly("a/1.csv", "a/2.csv", "b/1.csv");
        assertThat(storage.glob(folder + "/none*")).isEmpty();
        assertThat(storage.glob(folder + "/a")).hasSize(1);
    }

    @Test
    void theOldFolderStandsUntilTheNewOneDoes() throws Exception {
        Storage local = storage;
        for (int steps = 0; steps <= 8; steps++) {
            String target = folder.resolve("target" + steps).toString();
            String draft = target + ".draft";
            storage.write(storage.child(target, "file"), bytes("old"));
            storage.write(storage.child(draft, "file"), bytes("new"));
            try {
                new Dying(local, steps).replace(draft, target);
            } catch (Dying.Killed e) {
                local.settle(target);
            }
            assertThat(new String(local.read(local.child(target, "file")), StandardCharsets.UTF_8))
                    .isEqualTo(steps < 2 ? "old" : "new");
            assertThat(local.exists(target + ".old")).isFalse();
        }
    }

    @Test
    void contentIsKnownAgainByItsBytesAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("a.csv"), "one");
        Content before = Content.of(storage, file.toString()).orElseThrow();
        Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(1));
        assertThat(Content.of(storage, file.toString())).contains(before);
        Files.writeString(file, "two");
        assertThat(Content.of(storage, file.toString()).orElseThrow().hash()).isNotEqualTo(before.hash());
        assertThat(Content.of(storage, folder + "/none")).isEmpty();
        assertThat(Content.of(storage, folder + "/*.csv").orElseThrow().files()).isEqualTo(1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
