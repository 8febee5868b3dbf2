// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of a text that are no running text, by their look: Markdown's headings, list items, tables, the fields of a form and fenced code, log
 * lines, shell commands and lines of programs, greetings and signatures.
 *
 * @param guarded what of them no edit may touch, by start: whole lines, and the marker of a list item
 * @param fixed lines, and openings and closings, that keep their place, by start
 */
record Layout(List<Span> guarded, List<Span> fixed) {
    private static final Layout NONE = new Layout(List.of(), List.of());
    /** Lines are looked at so far; none of these kinds is longer. */
    private static final int LONGEST_LINE = 500;

    private static final Pattern FENCE = Pattern.compile("\\s{0,3}+(?:```|~~~).*+");
    private static final Pattern HEADING = Pattern.compile("#{1,6}+ .*+|[-=*_~]{3,}+");
    private static final Pattern ITEM = Pattern.compile(
            "(?:[-*+•‣◦·▪–—]|\\(?(?:\\d{1,3}+|[a-zA-Z]|[ivx]{1,4})[.)]|\\[[ xX]])[ \\t]++(?:\\[[ xX]][ \\t]++)?+");
    /** "Start date: 1 May" */
    private static final Pattern FIELD = Pattern.compile("\\p{Lu}[\\w/&.-]*+(?: [\\w/&.-]++){0,3}: \\S.*+");

    private static final Pattern QUOTE = Pattern.compile("(?:>[ \\t]*+)++");
    private static final Pattern TABLE = Pattern.compile("\\|.*+|[^|]++\\|[^|]++\\|.*+|[^\\t]++\\t++[^\\t]++\\t++.*+");
    private static final Pattern LOG = Pattern.compile("\\[?\\d{4}[-/]\\d\\d[-/]\\d\\d[T ,]\\d\\d:\\d\\d.*+"
            + "|[A-Z][a-z]{2} {1,2}\\d{1,2} \\d\\d:\\d\\d:\\d\\d .*+"
            + "|\\[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|SEVERE|CRITICAL|NOTICE)[]:]++ .*+"
            + "|\\d\\d:\\d\\d:\\d\\d[.,]?\\d*+ .*+|at [\\w$.<>]++\\([\\w$.:]*+( [\\w]++)?\\)|Caused by: .*+|Traceback \\(most.*+"
            + "|Exception in thread .*+|File \"[^\"]++\", line .*+|(?:[a-z]\\w*+\\.)++[A-Z]\\w*+(?:Exception|Error)\\b.*+"
            + "|(?:[A-Z][a-z]++)++(?:Exception|Error): .*+");
    private static final Pattern SHELL =
            Pattern.compile("(?:\\$|PS>|>>>|[\\w.-]++@[\\w.-]++[:~].{0,40}?[$#]|[A-Z]:\\\\[^>]*+>) ?\\S.*+");
    /** A program with an option, a path or an assignment, or one whose name is no word, with a few arguments. */
    private static final Pattern COMMAND = Pattern.compile(
            "(?:sudo )?[\\w-]++(?: [^ ]*[-/=][^.?! ]*+.*+|(?<!cat|java|echo|tar|yarn|cd)(?: [\\w.-]++){1,4}+)(?<![.?!])");

    private static final Set<String> PROGRAMS =
            Set.of(("git npm npx pip pip3 docker kubectl curl wget apt apt-get brew ssh scp chmod"
                            + " chown mkdir rm cd ls grep sed awk python python3 java mvn gradle yarn systemctl journalctl tar cp mv cat echo"
                            + " sudo")
                    .split(" "));
    private static final Pattern GREETING = Pattern.compile(
            "(?iU)(?:hi|hello|hey|dear|hiya|greetings|good (?:morning|afternoon|evening|day)|to whom it may concern)\\b"
                    + "(?: (?:there|all|team|everyone|everybody|guys|folks|sir|madam|sirs)\\b)?+");
    /** A greeting ends at a mark, with a few words of address before it. */
    private static final Pattern ADDRESS = Pattern.compile(
            "(?:(?:[ /&]|\\. |, (?=[A-Z]))[\\p{L}'’{}\\[\\]<>_-]++){0,5}?(?:[,!:]|(?<!\\b(?:Dr|Mr|Mrs|Ms|Prof|St))[.–—](?=\\s|$)| [-–—](?=\\s)| ,| !|$)");

    private static final Pattern CLOSING = Pattern.compile(
            "(?iU)(?:(?:kind|best|warm|many|with kind|with best)(?:est)? (?:regards|wishes|thanks)|regards|best|sincerely"
                    + "|yours(?: sincerely| faithfully| truly)?|cheers|thanks|thank you|thx|ty|love|respectfully|cordially|sent from my|xoxo|--(?: |$)|—\\p{L})");
    private static final Set<String> GREETINGS =
            Set.of("hi", "hello", "hey", "dear", "hiya", "greetings", "good", "to");
    private static final int LONGEST_GREETING_WORD = 9;
    private static final int LONGEST_GREETING = 80;
    private static final int LONGEST_CLOSING = 60;
    private static final int WORDS_OF_A_CLOSING = 6;
    private static final int LINES_OF_A_SIGNATURE = 5;
    private static final Set<String> ENGLISH_IN_COMMANDS =
            Set.of("the", "is", "my", "a", "not", "it", "was", "are", "has", "does", "me", "you", "this", "of", "and");

    static Layout of(String text) {
        List<Span> lines = lines(text);
        if (lines.isEmpty()) {
            return NONE;
        }
        List<Span> guarded = new ArrayList<>();
        List<Span> fixed = new ArrayList<>();
        boolean fenced = false;
        boolean parted = text.indexOf('|') >= 0 || text.indexOf('\t') >= 0;
        boolean form = isForm(text, lines);
        boolean coded = CodeLines.mayBeIn(text);
        for (Span line : lines) {
            char first = text.charAt(line.start());
            boolean fence = (first == '`' || first == '~')
                    && FENCE.matcher(shown(text, line)).matches();
            if (fenced || fence) {
                add(line, "code", guarded, fixed);
                fenced ^= fence;
                continue;
            }
            String kind = coded && CodeLines.isCode(shown(text, line))
                    ? "code"
                    : kind(text, line, first, lines.size() > 1, parted);
            if (!kind.isEmpty()) {
                add(line, kind, guarded, fixed);
            } else if (form && FIELD.matcher(shown(text, line)).matches()) {
                guarded.add(new Span(line.start(), text.indexOf(':', line.start()) + 1, "heading"));
                fixed.add(line);
            } else if (!isAsciiLetter(first) || isMarkAt(text, line.start() + 1)) {
                int marker = marker(shown(text, line));
                if (marker > 0) {
                    guarded.add(new Span(line.start(), line.start() + marker, "markup"));
                    fixed.add(line);
                }
            }
        }
        greeting(text, lines.get(0), guarded, fixed);
        signature(text, lines, guarded, fixed);
        return guarded.isEmpty() && fixed.isEmpty() ? NONE : new Layout(guarded, Scan.joined(fixed));
    }

    /** Whether two lines are fields with values. */
    private static boolean isForm(String text, List<Span> lines) {
        return lines.size() > 1
                && text.contains(": ")
                && lines.stream()
                                .filter(line -> FIELD.matcher(shown(text, line)).matches())
                                .limit(2)
                                .count()
                        == 2;
    }

    private static boolean isAsciiLetter(char c) {
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    }

    private static boolean isMarkAt(String text, int at) {
        return at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == ')');
    }

    /** A line, but no more of it than is looked at. */
    private static String shown(String text, Span line) {
        return text.substring(line.start(), Math.min(line.end(), line.start() + LONGEST_LINE));
    }

    private static void add(Span line, String kind, List<Span> guarded, List<Span> fixed) {
        guarded.add(new Span(line.start(), line.end(), kind));
        fixed.add(line);
    }

    /** The lines that are not blank, without the white space around them. */
    private static List<Span> lines(String text) {
        List<Span> lines = new ArrayList<>();
        int from = 0;
        while (from <= text.length()) {
            int newline = text.indexOf('\n', from);
            int end = newline < 0 ? text.length() : newline;
            int start = from;
            int last = end;
            while (start < last && Scanner.isSpace(text.charAt(start))) {
                start++;
            }
            while (last > start && Scanner.isSpace(text.charAt(last - 1))) {
                last--;
            }
            if (last > start) {
                lines.add(new Span(start, last, ""));
            }
            from = end + 1;
        }
        return lines;
    }

    /** The kind of a line that is guarded as a whole; empty for others. Its first char tells where a closer look is due. */
    private static String kind(String text, Span line, char first, boolean several, boolean parted) {
        if (parted && isParted(text, line) && TABLE.matcher(shown(text, line)).matches()) {
            return "table";
        }
        if (first >= 'A' && first <= 'Z') {
            if (mayBeLog(text, line) && LOG.matcher(shown(text, line)).matches()) {
                return "log";
            }
            if (text.startsWith(":\\", line.start() + 1)
                    && SHELL.matcher(shown(text, line)).matches()) {
                return "code";
            }
        } else if (first >= 'a' && first <= 'z') {
            String token = text.substring(line.start(), tokenEnd(text, line));
            if (token.equals("at") || token.indexOf('.') > 0) {
                return LOG.matcher(shown(text, line)).matches() ? "log" : "";
            }
            if (PROGRAMS.contains(token) && isCommand(shown(text, line))
                    || token.indexOf('@') > 0
                            && SHELL.matcher(shown(text, line)).matches()) {
                return "code";
            }
        } else {
            return other(shown(text, line), first);
        }
        return several && text.charAt(line.end() - 1) == ':' && isCaption(shown(text, line)) ? "heading" : "";
    }

    /** The kind of a line that does not begin with an ASCII letter. */
    private static String other(String line, char first) {
        return switch (first) {
            case '#', '-', '=', '*', '_', '~' -> HEADING.matcher(line).matches() ? "heading" : "";
            case '$', '>' ->
                line.length() > 1
                                && !Character.isDigit(line.charAt(1))
                                && SHELL.matcher(line).matches()
                        ? "code"
                        : "";
            default ->
                (first == '[' || first == '.' || Character.isDigit(first))
                                && LOG.matcher(line).matches()
                        ? "log"
                        : "";
        };
    }

    private static boolean isParted(String text, Span line) {
        for (int at = line.start(); at < line.end(); at++) {
            if (text.charAt(at) == '|' || text.charAt(at) == '\t') {
                return true;
            }
        }
        return false;
    }

    private static int tokenEnd(String text, Span line) {
        int at = line.start();
        while (at < line.end() && at - line.start() < 80 && text.charAt(at) != ' ') {
            at++;
        }
        return at;
    }

    /** A level in capitals, a date, or what Java and Python say of an error. */
    private static boolean mayBeLog(String text, Span line) {
        int start = line.start();
        if (line.end() - start < 5) {
            return false;
        }
        char second = text.charAt(start + 1);
        return second >= 'A' && second <= 'Z'
                || Character.isDigit(text.charAt(start + 4))
                || text.startsWith("Caused by: ", start)
                || text.startsWith("Traceback ", start)
                || text.startsWith("File \"", start)
                || text.startsWith("rror: ", tokenEnd(text, line) - 5)
                || text.startsWith("xception: ", tokenEnd(text, line) - 9);
    }

    private static boolean isCommand(String line) {
        if (!COMMAND.matcher(line).matches()) {
            return false;
        }
        for (String word : line.split(" ", -1)) {
            if (ENGLISH_IN_COMMANDS.contains(word)) {
                return false;
            }
        }
        return true;
    }

    /** "Ingredients:", on a line of its own. */
    private static boolean isCaption(String line) {
        return line.length() <= 60 && words(line) <= 5;
    }

    private static int marker(String line) {
        Matcher item = ITEM.matcher(line);
        if (item.lookingAt()) {
            return item.end();
        }
        Matcher quote = QUOTE.matcher(line);
        return quote.lookingAt() ? quote.end() : 0;
    }

    private static void greeting(String text, Span line, List<Span> guarded, List<Span> fixed) {
        int end = line.start();
        while (end < line.end() && isAsciiLetter(text.charAt(end))) {
            end++;
        }
        if (end - line.start() > LONGEST_GREETING_WORD
                || "hHdDgGtT".indexOf(text.charAt(line.start())) < 0
                || !GREETINGS.contains(text.substring(line.start(), end).toLowerCase(Locale.ROOT))) {
            return;
        }
        String shown = text.substring(line.start(), Math.min(line.end(), line.start() + LONGEST_GREETING));
        Matcher greeting = GREETING.matcher(shown);
        if (!greeting.lookingAt()) {
            return;
        }
        Matcher address = ADDRESS.matcher(shown).region(greeting.end(), shown.length());
        boolean addressed = address.lookingAt();
        if (addressed || !shown.regionMatches(true, 0, "dear", 0, 4)) {
            Span span = new Span(line.start(), line.start() + (addressed ? address.end() : greeting.end()), "greeting");
            guarded.add(span);
            fixed.add(span);
        }
    }

    private static void signature(String text, List<Span> lines, List<Span> guarded, List<Span> fixed) {
        int end = lines.get(lines.size() - 1).end();
        int start = -1;
        for (int i = lines.size() - 1; i > 0 && i > lines.size() - 1 - LINES_OF_A_SIGNATURE; i--) {
            Span line = lines.get(i);
            if (line.end() - line.start() > LONGEST_CLOSING) {
                break;
            }
            if (isClosing(text, line.start(), line.end())) {
                start = line.start();
                break;
            }
        }
        if (start < 0) {
            int sentence = lastSentence(text, end);
            start = sentence > lines.get(0).start() && isClosing(text, sentence, end) ? sentence : -1;
        }
        if (start >= 0) {
            Span span = new Span(start, end, "signature");
            guarded.add(span);
            fixed.add(span);
        }
    }

    /** Where the last sentence begins, if it is a short one; else the start of the text. */
    private static int lastSentence(String text, int end) {
        int least = Math.max(0, end - LONGEST_CLOSING);
        int at = end;
        while (at > least && (text.charAt(at - 1) == ' ' || isSentenceEnd(text.charAt(at - 1)))) {
            at--;
        }
        while (at > least && !isSentenceEnd(text.charAt(at - 1))) {
            at--;
        }
        if (at == 0 || !isSentenceEnd(text.charAt(at - 1))) {
            return 0;
        }
        while (at < end && text.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private static boolean isSentenceEnd(char c) {
        return c == '.' || c == '!' || c == '?' || c == '\n';
    }

    private static boolean isClosing(String text, int start, int end) {
        if (start >= end || "bBcCkKlLmMrRsStTwWxXyY-—".indexOf(text.charAt(start)) < 0) {
            return false;
        }
        String line = text.substring(start, end);
        return CLOSING.matcher(line).lookingAt() && words(line) <= WORDS_OF_A_CLOSING;
    }

    private static int words(String line) {
        return line.strip().toLowerCase(Locale.ROOT).split("\\s+", -1).length;
    }
}
