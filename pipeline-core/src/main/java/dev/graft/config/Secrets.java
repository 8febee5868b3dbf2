// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import java.util.regex.Pattern;

/** What must never be printed or written: passwords in URLs, and values that are named like secrets. */
public final class Secrets {
    /** A user with a password before a host; a port is none, and neither is the container of {@code abfss://}. */
    private static final Pattern PASSWORD =
            Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)[^/@:\\s\"]*:(?!\\d+(/|$))[^@\\s\"]*@");

    private static final Pattern NAMED = Pattern.compile(
            "(?i)((?:password|passwd|passphrase|secret|secret[._-]?key|token|credentials?|access[._-]?key|api[._-]?key|signature"
                    + "|\\bsig)(?:[._-][\\w.-]*)?\"?\\s*[=:]\\s*\"?)[^\\s\"&,;]+");

    private Secrets() {}

    /** Whether a text holds a URL with a password. */
    public static boolean isIn(String text) {
        return PASSWORD.matcher(text).find();
    }

    /** The text with asterisks in place of each secret that can be told from its surroundings. */
    public static String redacted(String text) {
        return NAMED.matcher(PASSWORD.matcher(text).replaceAll("$1***@")).replaceAll("$1***");
    }
}
