// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.corpus.InputException;
import dev.graft.storage.Content;
import dev.graft.storage.Dying;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunDirectoryTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final List<String> PARTS = List.of("augmented", "conll", "report.html", RunDirectory.MANIFEST);
    private static final Storage LOCAL = new LocalStorage();

    @TempDir
    Path folder;

    @Test
    void aPublishedRunHasItsPartsAndItsManifest() {
        RunDirectory run = run("run");
        for (String content : List.of("first", "second")) {
            run.publish(staged(run, content), PARTS);
            assertThat(run.manifest()).contains(manifest(run, content));
            assertThat(Path.of(run.at("augmented")).resolve("part")).hasContent(content);
            assertThat(Path.of(run.at("_staging/augment"))).doesNotExist();
            assertThat(run.has("_publication.json")).isFalse();
            assertThat(run.finished(List.of("augmented"))).isEqualTo(manifest(run, content));
        }
    }

    /** A kill after each change to the files: the old run or the new one stands whole, and nothing of both. */
    @Test
    void aKillAtAnyPointLeavesTheOldRunOrTheNewOne() throws Exception {
        int changes = 0;
        boolean killed = true;
        while (killed) {
            RunDirectory run = run("run" + changes);
            run.publish(staged(run, "old and longer"), PARTS);
            Place staging = staged(run, "new");
            RunDirectory dying = new RunDirectory(new Dying(LOCAL, changes), run.root());
            killed = false;
            try {
                dying.publish(staging, PARTS);
            } catch (Dying.Killed e) {
                killed = true;
            }
            // The one that comes after it is killed as well, wherever that may be.
            for (int more = 0; more < 4; more++) {
                try {
                    new RunDirectory(new Dying(LOCAL, more), run.root())
                            .lock(CLOCK, false)
                            .close();
                } catch (Dying.Killed e) {
                    // What a process leaves that is gone; this one is not.
                    Files.deleteIfExists(Path.of(run.at("_lock")));
                }
            }
            run.lock(CLOCK, false).close();
            String stands = text(run.at("augmented/part"));
            assertThat(stands).isIn("old and longer", "new");
            assertThat(changes < 2 ? "old and longer" : "new")
                    .as("after " + changes)
                    .isEqualTo(stands);
            assertThat(run.finished(List.of("augmented"))).isEqualTo(manifest(run, stands));
            assertThat(text(run.at("report.html"))).isEqualTo(stands);
            assertThat(run.has("conll")).isEqualTo(stands.startsWith("old"));
            changes++;
        }
        assertThat(changes).isGreaterThan(8);
    }

    @Test
    void whatWasOnlyStagedIsNotARun() throws Exception {
        RunDirectory run = run("run");
        Files.writeString(Path.of(run.staging("augment").path(), "half"), "written");
        assertThat(run.manifest()).isEmpty();
        assertThat(Path.of(run.staging("augment").path())).isEmptyDirectory();
    }

    @Test
    void twoRunsAtATimeAreRefused() {
        RunDirectory run = run("run");
        try (Lock lock = run.lock(CLOCK, false)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> run.lock(CLOCK, true))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("another run is at work in " + run.root() + ": process ");
        }
        run.lock(CLOCK, false).close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[]",
                "null",
                "{\"seed\": \"x\"}",
                "{\"from\": null, \"versions\": null}",
                "\u0000"
            })
    void aDamagedManifestIsRefusedByName(String content) throws Exception {
        RunDirectory run = run("run");
        run.publish(staged(run, "whole"), PARTS);
        Files.writeString(Path.of(run.at(RunDirectory.MANIFEST)), content);
        assertThatThrownBy(run::manifest)
                .isInstanceOf(InputException.class)
                .hasMessageContaining(run.at(RunDirectory.MANIFEST) + " is damaged")
                .hasMessageContaining("--force");
    }

    @Test
    void aManifestCutAnywhereIsRefused() throws Exception {
        RunDirectory run = run("run");
        run.publish(staged(run, "whole"), PARTS);
        Path file = Path.of(run.at(RunDirectory.MANIFEST));
        String whole = Files.readString(file);
        for (int cut = 0; cut < whole.strip().length(); cut += 7) {
            Files.writeString(file, whole.substring(0, cut));
            assertThatThrownBy(run::manifest).isInstanceOf(InputException.class);
        }
    }

    @Test
    void aDamagedTableIsRefusedByName() throws Exception {
        for (String damage : List.of("cut", "lost", "more", "all")) {
            RunDirectory run = run(damage);
            run.publish(staged(run, "whole"), PARTS);
            Path part = Path.of(run.at("augmented/part"));
            switch (damage) {
                case "cut" -> Files.writeString(part, "who");
                case "lost" -> Files.delete(part);
                case "more" -> Files.writeString(part.resolveSibling("another"), "whole");
                default -> LOCAL.delete(run.at("augmented"));
            }
            assertThatThrownBy(() -> run.finished(List.of("augmented")))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining(run.at("augmented") + " is damaged");
        }
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        RunDirectory run = new RunDirectory(LOCAL, file.resolve("run").toString());
        assertThatThrownBy(() -> run.staging("augment"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> run.lock(CLOCK, false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aProvenanceTellsWhatDiffers() {
        Provenance there = from("0.1", "abc");
        assertThat(from("0.1", "abc").fingerprint()).isEqualTo(there.fingerprint());
        assertThat(from("0.1", "abc").differences(there)).isEmpty();
        assertThat(from("0.2", "abd").fingerprint()).isNotEqualTo(there.fingerprint());
        assertThat(from("0.2", "abd").differences(there))
                .containsExactly(
                        "alpha: there 0.1, given 0.2",
                        "corpus.train: there a.csv (1 file, 3 bytes, abc000000000), given a.csv (1 file, 3 bytes, abd000000000)");
        assertThat(from("0.2", "abc").without("alpha"::equals)).isEqualTo(there.without("alpha"::equals));
    }

    private static Provenance from(String alpha, String hash) {
        return new Provenance(
                new TreeMap<>(Map.of("alpha", alpha)),
                new TreeMap<>(Map.of("corpus.train", new Content("a.csv", 1, 3, hash + "0".repeat(61)))));
    }

    private static Place staged(RunDirectory run, String content) {
        Place staging = run.staging("augment");
        try {
            Files.createDirectories(Path.of(staging.path(), "augmented"));
            Files.writeString(Path.of(staging.path(), "augmented/part"), content);
            Files.writeString(Path.of(staging.path(), "augmented/_SUCCESS"), "");
            Files.writeString(Path.of(staging.path(), "report.html"), content);
            if (content.startsWith("old")) {
                Files.createDirectories(Path.of(staging.path(), "conll"));
            }
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        RunDirectory.write(staging.at(RunDirectory.MANIFEST), manifest(content, staging.at("augmented")));
        return staging;
    }

    private static Manifest manifest(RunDirectory run, String content) {
        return manifest(content, run.place("augmented"));
    }

    private static Manifest manifest(String content, Place table) {
        return new Manifest(
                from(content, "abc"),
                Map.of("java", "17"),
                7,
                Map.of(),
                Map.of("augmented", 2L),
                Map.of("augmented", RunDirectory.extent(table).orElseThrow()),
                Map.of("random-swap", new Counts(1, 2, 1, Map.of(), 1, 0)),
                Map.of(),
                List.of());
    }

    private static String text(String file) {
        try {
            return new String(LOCAL.read(file), StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private RunDirectory run(String name) {
        return new RunDirectory(LOCAL, folder.resolve(name).toString());
    }
}
