// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

import dev.graft.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A file as a hub lists it.
 *
 * @param hash SHA-256 of a large file; of others git's, which is SHA-1 of "blob", the size, a zero and the content
 */
record HubFile(String name, long bytes, Hash kind, String hash) {
    /** By what a file is known. */
    enum Hash {
        SHA256,
        GIT
    }

    HubFile {
        if (bytes < 0 || hash.isEmpty()) {
            throw new HubException("the hub lists " + name + " with " + bytes + " bytes and the hash \"" + hash
                    + "\"; allowed is a file with its size and hash");
        }
    }

    /** Whether a path holds it, byte for byte. */
    boolean is(Path path) {
        try {
            return Files.isRegularFile(path)
                    && Files.size(path) == bytes
                    && hashOf(path).equals(hash);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + path + ": " + e, e);
        }
    }

    String hashOf(Path path) throws IOException {
        return switch (kind) {
            case SHA256 -> Sha256.of(path);
            case GIT -> git(path);
        };
    }

    private static String git(Path path) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
        digest.update(("blob " + Files.size(path) + "\0").getBytes(StandardCharsets.UTF_8));
        try (InputStream content = Files.newInputStream(path)) {
            content.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        }
        return Sha256.hex(digest.digest());
    }
}
