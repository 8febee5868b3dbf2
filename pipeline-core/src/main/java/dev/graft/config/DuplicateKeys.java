// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds a key that stands twice in one section of a HOCON text, where the last would win in silence. A value that may be
 * absent ({@code ${?X}}) or that refers to the first, an addition ({@code +=}) and a section are no second value.
 */
final class DuplicateKeys {
    private final String text;
    private final Deque<Map<String, Integer>> sections = new ArrayDeque<>();
    private final Deque<Character> open = new ArrayDeque<>();
    private int at;
    private int line = 1;

    private DuplicateKeys(String text) {
        this.text = text;
        sections.push(new HashMap<>());
        open.push('{');
    }

    /** @param first line of the first value; lines count from 1 */
    record Twice(String key, int line, int first) {}

    static Optional<Twice> find(String text) {
        return new DuplicateKeys(text).scan();
    }

    private Optional<Twice> scan() {
        StringBuilder key = new StringBuilder();
        int keyLine = 1;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isComment()) {
                skipLine();
            } else if (c == '"') {
                if (key.toString().isBlank()) {
                    keyLine = line;
                }
                key.append(string());
            } else if (c == '{' || c == '[') {
                open.push(c);
                sections.push(new HashMap<>());
                key.setLength(0);
                at++;
            } else if (c == '}' || c == ']') {
                if (open.size() > 1) {
                    open.pop();
                    sections.pop();
                }
                key.setLength(0);
                at++;
            } else if (c == '\n' || c == ',') {
                line += c == '\n' ? 1 : 0;
                at++;
                key.setLength(0);
            } else if (open.peek() == '{' && (c == '=' || c == ':') && !key.isEmpty()) {
                boolean adds = key.charAt(key.length() - 1) == '+';
                String name = key.toString().strip();
                key.setLength(0);
                at++;
                int first = sections.element().getOrDefault(name, 0);
                String value = value();
                boolean second = !adds && !value.startsWith("{") && !value.contains("${");
                if (second && first > 0) {
                    return Optional.of(new Twice(name, keyLine, first));
                }
                if (second) {
                    sections.element().put(name, keyLine);
                }
            } else {
                if (key.isEmpty() && !Character.isWhitespace(c)) {
                    keyLine = line;
                }
                if (!key.isEmpty() || !Character.isWhitespace(c)) {
                    key.append(c);
                }
                at++;
            }
        }
        return Optional.empty();
    }

    /** Passes a simple value and answers it; of a section or a list, its first char, before which it stops. */
    private String value() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            line += text.charAt(at) == '\n' ? 1 : 0;
            at++;
        }
        int start = at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '$' && text.startsWith("${", at)) {
                int end = text.indexOf('}', at);
                at = end < 0 ? text.length() : end + 1;
            } else if (c == '{' || c == '[') {
                return text.substring(start, at + 1);
            } else if (c == '\n' || c == ',' || c == '}' || c == ']' || isComment()) {
                break;
            } else if (c == '"') {
                string();
            } else {
                at++;
            }
        }
        return text.substring(start, at);
    }

    private String string() {
        int start = at;
        if (text.startsWith("\"\"\"", at)) {
            int end = text.indexOf("\"\"\"", at + 3);
            at = end < 0 ? text.length() : end + 3;
            while (at < text.length() && text.charAt(at) == '"') {
                at++;
            }
        } else {
            at++;
            while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            at = Math.min(at + 1, text.length());
        }
        String found = text.substring(start, at);
        line += (int) found.chars().filter(c -> c == '\n').count();
        return found.replace("\"", "");
    }

    private boolean isComment() {
        return text.charAt(at) == '#' || text.startsWith("//", at);
    }

    private void skipLine() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }
}
