// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.CopyException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What an instructed model wrote, read strictly: the rewritten text and nothing else, or a reason why it is of no use. */
public final class Answers {
    private static final Pattern THOUGHT = Pattern.compile("(?s)\\A\\s*<think>.*?</think>\\s*");
    private static final Pattern REFUSAL = Pattern.compile(
            "(?iU)\\A(?:i['’]?m (?:so )?sorry|i apologi[sz]e|sorry, (?:but )?i|i can(?:no|['’])t"
                    + "|i am (?:unable|not able)|i['’]m (?:unable|not able)|as an? (?:ai|language model)|unfortunately, i can)\\b.*");
    private static final Pattern PREAMBLE = Pattern.compile(
            "(?iU)\\A(?:sure|certainly|of course|okay|here(?:['’]s| is| are)|rewritten|paraphrased?|rephrased?|answer|output)\\b[^\\n]{0,80}:(?:\\s.*|\\z)");
    private static final Set<String> QUOTES = Set.of("\"\"", "“”", "''", "‘’", "``");
    /** So many chars of the prompt in the answer are no chance. */
    private static final int ECHO = 40;

    private Answers() {}

    /**
     * The rewritten text, without the quotes that models like to put around it.
     *
     * @param prompt what was asked, in which the source stands
     * @throws CopyException where it is {@code empty}, {@code truncated}, {@code refused}, an {@code echo} of the prompt, or
     *     {@code malformed}: not the text alone
     */
    public static String rewritten(String source, String prompt, String answer, boolean whole) {
        String text = unquoted(THOUGHT.matcher(answer).replaceFirst("").strip(), source);
        String told = "the model wrote: " + text.substring(0, Math.min(text.length(), 200));
        if (!whole) {
            throw new CopyException("truncated", "the answer was cut off at max-tokens; " + told);
        }
        if (text.isEmpty()) {
            throw new CopyException("empty", "the answer is empty");
        }
        String line = text.lines().findFirst().orElse("");
        if (REFUSAL.matcher(line).matches() && !REFUSAL.matcher(source.strip()).lookingAt()) {
            throw new CopyException("refused", told);
        }
        if (isEcho(prompt, source, text)) {
            throw new CopyException("echo", told);
        }
        if (PREAMBLE.matcher(line).matches()
                        && !PREAMBLE.matcher(source.strip()).lookingAt()
                || text.lines().count() > Math.max(1, source.lines().count())) {
            throw new CopyException("malformed", told);
        }
        return text;
    }

    private static String unquoted(String text, String source) {
        int last = text.length() - 1;
        boolean quoted = last > 0 && QUOTES.contains("" + text.charAt(0) + text.charAt(last));
        return quoted && !source.startsWith(text.substring(0, 1))
                ? text.substring(1, last).strip()
                : text;
    }

    /** Whether a stretch of the instruction, which is what the prompt has around the source, stands in the answer. */
    private static boolean isEcho(String prompt, String source, String text) {
        String small = text.toLowerCase(Locale.ROOT);
        for (String part : prompt.replace(source, "\n").toLowerCase(Locale.ROOT).split("\n", -1)) {
            String instruction = part.strip();
            if (instruction.length() >= ECHO && small.contains(instruction.substring(0, ECHO))) {
                return true;
            }
        }
        return false;
    }
}
