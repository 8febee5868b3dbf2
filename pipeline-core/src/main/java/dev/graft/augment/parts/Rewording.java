// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.text.wordnet.WordNet;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One of the changes that an answer makes to what was asked: words in the place of others.
 *
 * @param from the first token of the question that is replaced
 * @param to behind the last; where it is {@code from}, the words are put before that token
 * @param words what takes their place
 */
public record Rewording(int from, int to, List<Token> words) {
    private static final int LONGEST_SAYING = 3;
    private static final Pattern TOKEN =
            Pattern.compile("[\\p{L}\\p{N}]+(?:['\u2019-][\\p{L}\\p{N}]+)*|[^\\s\\p{L}\\p{N}]");

    /**
     * A word or a mark.
     *
     * @param apart whether a space stands before it, or would behind another
     */
    public record Token(String text, boolean apart) {
        boolean isWord() {
            return Character.isLetterOrDigit(text.codePointAt(0));
        }

        private boolean isSame(Token other) {
            return text.equalsIgnoreCase(other.text);
        }
    }

    /** All changes of an answer, in their order: what is in no longest common subsequence of words and marks, in any case. */
    public static List<Rewording> between(String question, String answer) {
        List<Token> asked = tokens(question);
        List<Token> answered = tokens(answer);
        int[][] common = new int[asked.size() + 1][answered.size() + 1];
        for (int i = asked.size() - 1; i >= 0; i--) {
            for (int j = answered.size() - 1; j >= 0; j--) {
                // A word is a surer anchor than a mark.
                common[i][j] = asked.get(i).isSame(answered.get(j))
                        ? common[i + 1][j + 1] + (asked.get(i).isWord() ? 2 : 1)
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<Rewording> changes = new ArrayList<>();
        int i = 0;
        int j = 0;
        int from = 0;
        int said = 0;
        while (i < asked.size() || j < answered.size()) {
            if (i < asked.size() && j < answered.size() && asked.get(i).isSame(answered.get(j))) {
                if (from < i || said < j) {
                    changes.add(new Rewording(from, i, answered.subList(said, j)));
                }
                from = ++i;
                said = ++j;
            } else if (j == answered.size() || i < asked.size() && common[i + 1][j] >= common[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
        if (from < i || said < j) {
            changes.add(new Rewording(from, i, answered.subList(said, j)));
        }
        return changes;
    }

    /** The sayings in it, whatever the rest of it is. */
    public List<Rewording> sayings(String question) {
        if (interchange(question).isSaying(false)) {
            return List.of(this);
        }
        return stretches(from, to)
                .flatMap(gone -> stretches(0, words.size())
                        .map(come -> new Rewording(gone.from, gone.to, words.subList(come.from, come.to))))
                .filter(part -> part.interchange(question).isSaying(true))
                .toList();
    }

    private record Stretch(int from, int to) {}

    /** All that are no longer than a saying. */
    private static Stream<Stretch> stretches(int from, int to) {
        return IntStream.range(from, to)
                .boxed()
                .flatMap(start -> IntStream.rangeClosed(start + 1, Math.min(to, start + LONGEST_SAYING))
                        .mapToObj(end -> new Stretch(start, end)));
    }

    /** Itself, where one word stands for another of its kind and the rest stays as right as it was; or two neighbours that do so. */
    public List<Rewording> words(String question) {
        if (interchange(question).holds()) {
            return List.of(this);
        }
        for (int start = from + 1; start < to; start++) {
            for (int first = 1; first < words.size(); first++) {
                List<Rewording> halves = List.of(
                        new Rewording(from, start, words.subList(0, first)),
                        new Rewording(start, to, words.subList(first, words.size())));
                if (halves.stream()
                        .map(half -> half.interchange(question))
                        .allMatch(half -> half.isSaying(true) || half.holds())) {
                    return halves.stream()
                            .filter(half -> !half.interchange(question).isSaying(true))
                            .toList();
                }
            }
        }
        return List.of();
    }

    /** Whether both can be made. */
    public boolean goesWith(Rewording other) {
        return from > other.to || other.from > to;
    }

    /** The question with changes that go with each other. */
    public static String applied(String question, List<Rewording> changes) {
        List<Token> asked = tokens(question);
        List<Token> said = new ArrayList<>();
        int at = 0;
        for (Rewording change : changes.stream()
                .sorted((one, other) -> Integer.compare(one.from, other.from))
                .toList()) {
            said.addAll(asked.subList(at, change.from));
            said.addAll(change.words);
            at = change.to;
        }
        said.addAll(asked.subList(at, asked.size()));
        StringBuilder text = new StringBuilder();
        for (Token token : said) {
            text.append(token.apart && !text.isEmpty() ? " " : "").append(token.text);
        }
        return text.toString();
    }

    private Interchange interchange(String question) {
        List<Token> asked = tokens(question);
        return new Interchange(
                from == 0 ? "" : asked.get(from - 1).text,
                to == asked.size() ? "" : asked.get(to).text,
                asked.subList(from, to),
                words);
    }

    /** Whether WordNet has a sense that the words have before and after; of more than one word, what holds alone is known. */
    public boolean isFamiliar(String question) {
        List<String> pair = Interchange.words(tokens(question).subList(from, to), words);
        return pair.isEmpty() || WordNet.shareSense(pair.get(0), pair.get(1));
    }

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int done = 0;
        for (Matcher token = TOKEN.matcher(text); token.find(); done = token.end()) {
            tokens.add(new Token(token.group(), token.start() == 0 || token.start() > done));
        }
        return tokens;
    }
}
