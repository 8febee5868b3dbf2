// SPDX-License-Identifier: Apache-2.0
package dev.graft.storage;

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
import java.util.HexFormat;

/** SHA-256, as 64 hex digits. */
public final class Sha256 {
    private Sha256() {}

    public static String of(String text) {
        return hex(bytes(text));
    }

    public static String of(Path file) {
        try (InputStream content = Files.newInputStream(file)) {
            return of(content);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }

    /**
     * Of a resource.
     *
     * @param near a class of the jar that holds it
     * @param name as {@link Class#getResourceAsStream} takes it
     */
    public static String of(Class<?> near, String name) {
        try (InputStream content = near.getResourceAsStream(name)) {
            if (content == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return of(content);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + name + ": " + e, e);
        }
    }

    /** Reads to the end, and leaves the stream open. */
    public static String of(InputStream content) throws IOException {
        MessageDigest digest = digest();
        content.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        return hex(digest.digest());
    }

    /** The 32 bytes of a text's UTF-8. */
    public static byte[] bytes(String text) {
        return digest().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A digest to be fed piece by piece. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
