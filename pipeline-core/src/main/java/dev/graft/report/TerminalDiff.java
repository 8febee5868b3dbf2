// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import dev.graft.augment.Edit;
import java.lang.Character.UnicodeScript;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * A text and its edited copy in one line of a terminal: {@code [-deleted]}, {@code [+inserted]}. In what was changed all is
 * seen: spaces as dots, line breaks as arrows, chars that cannot be seen, or look like others, with their code points.
 */
public final class TerminalDiff {
    private final BinaryOperator<String> coloured;

    /** @param coloured a text, given the name of a colour and the text */
    public TerminalDiff(BinaryOperator<String> coloured) {
        this.coloured = coloured;
    }

    public String of(String text, List<Edit> edits) {
        StringBuilder shown = new StringBuilder();
        int at = 0;
        for (Edit edit : edits) {
            shown.append(text, at, edit.start());
            String before = text.substring(edit.start(), edit.end());
            if (!before.isEmpty()) {
                shown.append(coloured.apply("red", "[-" + visible(before, "") + "]"));
            }
            if (!edit.replacement().isEmpty()) {
                String around = before.isEmpty() ? text : before;
                shown.append(coloured.apply("green", "[+" + visible(edit.replacement(), around) + "]"));
            }
            at = edit.end();
        }
        return shown.append(text.substring(at)).toString();
    }

    /** @param around text whose script a char is expected to be of; empty where any may stand */
    private static String visible(String changed, String around) {
        Optional<UnicodeScript> script = script(around);
        StringBuilder visible = new StringBuilder();
        changed.codePoints().forEach(c -> {
            switch (c) {
                case ' ' -> visible.append('\u00b7');
                case '\t' -> visible.append('\u2192');
                case '\n' -> visible.append('\u21b5');
                case '\r' -> visible.append('\u240d');
                default -> {
                    if (!isInvisible(c)) {
                        visible.appendCodePoint(c);
                    }
                    if (isInvisible(c) || isOfAnother(c, script)) {
                        visible.append(String.format("{U+%04X}", c));
                    }
                }
            }
        });
        return visible.toString();
    }

    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.FORMAT,
                    Character.CONTROL,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    private static boolean isOfAnother(int c, Optional<UnicodeScript> script) {
        return Character.isLetter(c) && script.isPresent() && UnicodeScript.of(c) != script.get();
    }

    private static Optional<UnicodeScript> script(String text) {
        return text.codePoints()
                .filter(Character::isLetter)
                .mapToObj(UnicodeScript::of)
                .findFirst();
    }
}
