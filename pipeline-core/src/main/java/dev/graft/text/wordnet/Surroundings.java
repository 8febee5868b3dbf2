// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import dev.graft.text.AnalyzedText;
import dev.graft.text.EnglishWords;
import dev.graft.text.StopWords;
import dev.graft.text.Token;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What stands around a word tells whether another may take its place: a part of a name, a compound or a fixed phrase stays. */
final class Surroundings {
    /** Phrases that are remembered. */
    private static final int REMEMBERED = 100_000;

    /** Chars of a quotation that is short enough for a title or a wording. */
    private static final int QUOTATION = 80;

    private static final Set<String> PARTICLES = Set.of(
            ("about across after ahead along apart around aside at away back by down for forth forward from in into of off on out over through to together up upon with")
                    .split(" "));
    private static final Set<String> POSSESSIVES =
            Set.of("my", "your", "his", "her", "its", "our", "their", "whose", "this", "that", "these", "those");
    private static final Set<String> BE = Set.of(
            "am", "is", "are", "was", "were", "be", "been", "being", "isn't", "aren't", "wasn't", "weren't", "get",
            "gets", "got", "getting");
    /** Tags of what may begin an object. */
    private static final Set<String> OBJECT = Set.of("DET", "PRON", "NOUN", "PROPN", "NUM", "ADJ");

    private static final Set<String> PERSONS = Set.of("me", "you", "him", "her", "us", "them", "it");
    private static final Set<String> SUBJECTS = Set.of("i", "you", "u", "he", "she", "we", "they", "who");
    /** Behind these stands the name of a button, unless a determiner says that there is another thing. */
    private static final Set<String> PRESSING = Set.of(
            ("press pressed pressing click clicked clicking clicks tap tapped tapping hit hitting select selected selecting")
                    .split(" "));
    /** Tags of what ends a clause; empty where nothing follows. */
    private static final Set<String> ENDING = Set.of("", "PUNCT", "CCONJ", "SYM");

    private static final Set<String> DENIALS = Set.of(
            "not",
            "n't",
            "n\u2019t",
            "isn't",
            "doesn't",
            "didn't",
            "won't",
            "wasn't",
            "aren't",
            "don't",
            "isnt",
            "doesnt",
            "didnt",
            "wont",
            "dont",
            "longer");
    /** "as soon as", "too soon" */
    private static final Set<String> COMPARING = Set.of("as", "so", "too", "how");
    /** Tags behind which a verb means something else: a preposition, an infinitive, a clause. */
    private static final Set<String> GOVERNED = Set.of("ADP", "PART", "SCONJ", "AUX", "VERB");
    /** Prepositions that make phrases with a bare noun: "by mistake". */
    private static final Set<String> IDIOMATIC =
            Set.of("in", "on", "at", "by", "to", "under", "out", "off", "from", "per", "into", "up", "over", "as");
    /** Tags before a noun that stands in no fixed phrase. */
    private static final Set<String> DETERMINING = Set.of("DET", "ADJ", "NUM", "PRON");

    private final Lexicon lexicon;
    private final Map<String, Boolean> phrases = new ConcurrentHashMap<>();

    Surroundings(Lexicon lexicon) {
        this.lexicon = lexicon;
    }

    /** Whether a token is a word by itself: no part of a name, title, quotation or compound, or of what a hyphen joins,
     * and no call. */
    boolean isFree(AnalyzedText text, int token) {
        List<Token> tokens = text.tokens();
        Token word = tokens.get(token);
        return !isAlone(text, tokens, token)
                && !isButton(text, tokens, token)
                && !isJoined(text.text(), word)
                && !isQuoted(text.text(), word.start())
                && !isTitle(text, tokens, token)
                && !(token > 0 && isCompound(text, tokens.get(token - 1), word))
                && !(token + 1 < tokens.size() && isCompound(text, word, tokens.get(token + 1)));
    }

    /** "Help!": what is called out is no word of a sentence. */
    private static boolean isAlone(AnalyzedText text, List<Token> tokens, int token) {
        boolean opens = token == 0
                || ".!?".indexOf(text.text().charAt(tokens.get(token - 1).end() - 1)) >= 0;
        boolean closes = token + 1 == tokens.size()
                || ".!?".indexOf(text.text().charAt(tokens.get(token + 1).start())) >= 0;
        return opens && closes && tokens.size() > 1;
    }

    /** "I press continue": what is written there. */
    private static boolean isButton(AnalyzedText text, List<Token> tokens, int token) {
        int before = token - 1;
        if (before > 0 && lower(text, tokens.get(before)).equals("on")) {
            before--;
        }
        return before >= 0 && PRESSING.contains(lower(text, tokens.get(before)));
    }

    private static boolean isJoined(String text, Token word) {
        return (word.start() > 0 && joins(text.charAt(word.start() - 1)))
                || (word.end() < text.length() && joins(text.charAt(word.end())));
    }

    private static boolean joins(char c) {
        return c == '-' || c == '/' || c == '_' || c == '@' || c == '#' || c == '&' || c == '+' || c == '='
                || c == '\\';
    }

    /** Whether the last quotation mark before, if one is near, opens. */
    private static boolean isQuoted(String text, int start) {
        for (int at = start - 1; at >= Math.max(0, start - QUOTATION) && text.charAt(at) != '\n'; at--) {
            char c = text.charAt(at);
            if (c == '\u201c' || c == '\u00ab' || c == '\u201e' || c == '`') {
                return true;
            }
            if (c == '\u201d' || c == '\u00bb' || c == '\'' && at > 0 && text.charAt(at - 1) == '\'') {
                return false;
            }
            if (c == '"') {
                return at == 0 || Character.isWhitespace(text.charAt(at - 1)) || text.charAt(at - 1) == '(';
            }
        }
        return false;
    }

    /** A large letter within a sentence is one of a name or a title; capitals stand where all are capitals. */
    private static boolean isTitle(AnalyzedText text, List<Token> tokens, int token) {
        Token word = tokens.get(token);
        if (!Character.isUpperCase(text.text().charAt(word.start())) || token == 0) {
            return false;
        }
        Token before = tokens.get(token - 1);
        char last = text.text().charAt(before.end() - 1);
        if (Character.isUpperCase(text.text().charAt(word.start() + 1))) {
            return Character.isLowerCase(last);
        }
        boolean opens = ".!?:\"\u201c)*".indexOf(last) >= 0
                || text.text().substring(before.end(), word.start()).indexOf('\n') >= 0;
        // "Order Status": the next word is large as well.
        boolean large = token + 1 < tokens.size()
                && tokens.get(token + 1).end() - tokens.get(token + 1).start() > 1
                && Character.isUpperCase(
                        text.text().charAt(tokens.get(token + 1).start()));
        return !opens || large;
    }

    /** Whether the words around let a pair of a place stand at a token. */
    boolean admits(AnalyzedText text, int token, Use use, Thesaurus.Place place, String particle) {
        List<Token> tokens = text.tokens();
        Token before = token == 0 ? null : tokens.get(token - 1);
        Token next = token + 1 < tokens.size() ? tokens.get(token + 1) : null;
        String tagBefore = before == null ? "" : before.tag();
        String tagNext = next == null ? "" : next.tag();
        String wordNext = next == null ? "" : lower(text, next);
        if (!particle.isEmpty()) {
            return wordNext.equals(particle)
                    && (use.part != PartOfSpeech.VERB || !isAttribute(text, tokens, token))
                    // "tries hard to" speaks of the trying
                    && (use.part != PartOfSpeech.ADJECTIVE || !particle.equals("to") || isSaid(tokens, token));
        }
        return switch (place) {
            case NOUN ->
                !(isName(tagBefore) && isNext(tokens, token - 1)) && isFreeNoun(text, tokens, token, tagNext, wordNext);
            case HEAD -> isFreeNoun(text, tokens, token, tagNext, wordNext);
            case VERB ->
                !GOVERNED.contains(tagNext) && !PARTICLES.contains(wordNext) && !isAttribute(text, tokens, token);
            case OBJECT -> !isAttribute(text, tokens, token) && hasObject(text, tokens, token, use, tagNext);
            case PASSIVE ->
                use != Use.VERB_BASE
                        && isPastParticiple(text, tokens, token)
                        && !GOVERNED.contains(tagNext)
                        && !PERSONS.contains(wordNext)
                        && (isPassive(text, tokens, token) || isName(tagBefore) && isNext(tokens, token - 1));
            case THING -> hasThing(tagNext, wordNext) && !isAttribute(text, tokens, token);
            case INFINITIVE -> use == Use.VERB_BASE && hasThing(tagNext, wordNext);
            case INTRANSITIVE -> ENDING.contains(tagNext) && !isAttribute(text, tokens, token);
            case BASE ->
                ENDING.contains(tagNext)
                        && !isAttribute(text, tokens, token)
                        && lexicon.readings(lower(text, tokens.get(token)), PartOfSpeech.VERB).stream()
                                .anyMatch(reading -> reading.form() == Form.BASE);
            case DENIED -> before != null && DENIALS.contains(lower(text, before)) && !GOVERNED.contains(tagNext);
            case ANY -> !isAttribute(text, tokens, token);
            case BEFORE_NOUN -> tagNext.equals("NOUN");
            case PREDICATE -> !OBJECT.contains(tagNext) && !tagNext.equals("ADP") && isSaid(tokens, token);
            case ADJECTIVE, OTHER -> true;
            case DEGREE ->
                (tagNext.equals("ADJ") || tagNext.equals("ADV"))
                        && (before == null || !COMPARING.contains(lower(text, before)))
                        && EnglishWords.contains(wordNext);
            // Before a noun it is a part of a name or no adverb: "mostly martha", "often man".
            case ADVERB ->
                (before == null || !COMPARING.contains(lower(text, before)))
                        && !isName(tagNext)
                        && !wordNext.equals("of")
                        && !(before != null
                                && DENIALS.contains(lower(text, before))
                                && isNearly(text, tokens.get(token)))
                        && (next == null || !Character.isLetter(wordNext.charAt(0)) || EnglishWords.contains(wordNext));
        };
    }

    /** "phone number", "in trouble" and "kind of slow" are more than their words. */
    private boolean isFreeNoun(AnalyzedText text, List<Token> tokens, int token, String tagNext, String wordNext) {
        Token before = token == 0 ? null : tokens.get(token - 1);
        String tagBefore = before == null ? "" : before.tag();
        if (!wordNext.isEmpty()
                && isNext(tokens, token)
                && (isName(tagNext) || tagNext.equals("NUM") || isNounAlone(wordNext))) {
            return false;
        }
        if (before != null && SUBJECTS.contains(lower(text, before))) { // a verb: "do u refund on weekends"
            return false;
        }
        boolean plural = text.text().charAt(tokens.get(token).end() - 1) == 's';
        return plural
                || !(before != null && IDIOMATIC.contains(lower(text, before)))
                        && (!wordNext.equals("of") || DETERMINING.contains(tagBefore));
    }

    /** Whether a word is no other part of speech, whatever it was taken for: "street patois". */
    private boolean isNounAlone(String word) {
        return !StopWords.contains(word)
                && Arrays.stream(PartOfSpeech.values())
                        .allMatch(part -> lexicon.readings(word, part).isEmpty() == (part != PartOfSpeech.NOUN));
    }

    private static boolean isName(String tag) {
        return tag.equals("NOUN") || tag.equals("PROPN");
    }

    /** "not nearly" is far from, and nobody says "not almost". */
    private static boolean isNearly(AnalyzedText text, Token word) {
        return lower(text, word).equals("nearly");
    }

    /** Whether one char parts a token from the one behind it. */
    private static boolean isNext(List<Token> tokens, int token) {
        return tokens.get(token + 1).start() == tokens.get(token).end() + 1;
    }

    /** "the remaining amount": no verb of its sentence. */
    private static boolean isAttribute(AnalyzedText text, List<Token> tokens, int token) {
        if (token == 0) {
            return false;
        }
        Token before = tokens.get(token - 1);
        return before.tag().equals("DET")
                || before.tag().equals("ADJ")
                        && token + 1 < tokens.size()
                        && isName(tokens.get(token + 1).tag())
                || POSSESSIVES.contains(lower(text, before))
                || lower(text, before).equals("there"); // "are there charges for it"
    }

    private boolean hasObject(AnalyzedText text, List<Token> tokens, int token, Use use, String tagNext) {
        if (OBJECT.contains(tagNext)) {
            return !isReflexive(lower(text, tokens.get(token + 1)));
        }
        return use == Use.VERB_PARTICIPLE
                && !tagNext.equals("PART")
                && !tagNext.equals("SCONJ")
                && !tagNext.equals("VERB")
                && isPastParticiple(text, tokens, token)
                && isPassive(text, tokens, token);
    }

    /** "lends itself", "find himself" */
    private static boolean isReflexive(String word) {
        return word.endsWith("self") || word.endsWith("selves");
    }

    /** "People are gathering" and "all is love" are not passive. */
    private boolean isPastParticiple(AnalyzedText text, List<Token> tokens, int token) {
        String word = lower(text, tokens.get(token));
        return lexicon.readings(word, PartOfSpeech.VERB).stream()
                .anyMatch(reading -> reading.form() == Form.PAST
                        || reading.form() == Form.BASE
                                && word.equals(lexicon.form(reading.word(), PartOfSpeech.VERB, Form.PAST_PARTICIPLE)));
    }

    private static boolean hasThing(String tagNext, String wordNext) {
        return OBJECT.contains(tagNext) && !PERSONS.contains(wordNext) && !isReflexive(wordNext);
    }

    private static boolean isPassive(AnalyzedText text, List<Token> tokens, int token) {
        int before = token - 1;
        while (before > 0
                && (tokens.get(before).tag().equals("ADV")
                        || tokens.get(before).tag().equals("PART"))) {
            before--;
        }
        return before >= 0 && BE.contains(lower(text, tokens.get(before)));
    }

    /** Whether an auxiliary stands before, adverbs aside: "is quite funny". */
    private static boolean isSaid(List<Token> tokens, int token) {
        int before = token - 1;
        while (before > 0 && tokens.get(before).tag().equals("ADV")) {
            before--;
        }
        return before >= 0 && tokens.get(before).tag().equals("AUX");
    }

    private boolean isCompound(AnalyzedText text, Token first, Token second) {
        if (second.start() != first.end() + 1
                || !(first.tag().equals("NOUN")
                        || first.tag().equals("ADJ")
                        || first.tag().equals("VERB")
                        || first.tag().equals("PROPN"))) {
            return false;
        }
        String phrase = text.text().substring(first.start(), second.end());
        Boolean known = phrases.get(phrase);
        if (known != null) {
            return known;
        }
        boolean found = isPhrase(phrase.toLowerCase(Locale.ROOT));
        if (phrases.size() < REMEMBERED) {
            phrases.put(phrase, found);
        }
        return found;
    }

    /** Whether a word would be one thing with a neighbour: "first lady" for "first woman". */
    boolean makesPhrase(AnalyzedText text, int token, String word) {
        List<Token> tokens = text.tokens();
        return token > 0 && isNext(tokens, token - 1) && isPhrase(lower(text, tokens.get(token - 1)) + " " + word)
                || token + 1 < tokens.size()
                        && isNext(tokens, token)
                        && isPhrase(word + " " + lower(text, tokens.get(token + 1)));
    }

    /** "kids' room", "women 's films": a mark behind that would be wrong for the other. */
    boolean isOwned(AnalyzedText text, int token, String word) {
        Token owner = text.tokens().get(token);
        int at = owner.end();
        while (at < text.text().length() && text.text().charAt(at) == ' ') {
            at++;
        }
        boolean mark = at < text.text().length()
                && (text.text().charAt(at) == '\'' || text.text().charAt(at) == '\u2019');
        return mark && word.endsWith("s") != (text.text().charAt(owner.end() - 1) == 's');
    }

    private boolean isPhrase(String phrase) {
        if (lexicon.entry(lexicon.word(phrase), PartOfSpeech.NOUN) >= 0) {
            return true;
        }
        int space = phrase.lastIndexOf(' ');
        for (Lexicon.Reading reading : lexicon.readings(phrase.substring(space + 1), PartOfSpeech.NOUN)) {
            String singular = phrase.substring(0, space + 1) + lexicon.text(reading.word());
            if (lexicon.entry(lexicon.word(singular), PartOfSpeech.NOUN) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static String lower(AnalyzedText text, Token token) {
        return text.textOf(token).toLowerCase(Locale.ROOT);
    }
}
