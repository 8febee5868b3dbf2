// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import java.util.HashMap;
import java.util.Map;

/**
 * Words of English that say little by themselves, and those that bind the others: who, whether, when, how much. What a word is
 * comes as bits, all of which one look-up finds.
 */
public final class FunctionWords {
    /** A text means nearly the same without the word, or with it elsewhere. */
    public static final int LIGHT = 1;
    /** The word ties a noun to what stands before it, and a reader could guess it. */
    public static final int PREPOSITION = 2;
    /** An auxiliary, a "to" or a pronoun that a terse writer, a note or a headline leaves out. */
    public static final int LINK = 4;
    /** The meaning hangs on the word and its place. */
    public static final int BINDING = 8;
    /** One of {@link StopWords}. */
    public static final int STOP = 16;
    /** Frequent in English, and in no other language among the first. */
    static final int ENGLISH = 32;
    /** A function word of another language that is written with Latin letters, and no English one. */
    static final int FOREIGN = 64;

    /** "and", "or" */
    public static final int JOINER = 128;

    private static final WordBits WORDS = words();

    private FunctionWords() {}

    private static WordBits words() {
        Map<String, Integer> words = new HashMap<>();
        add(
                words,
                LIGHT,
                "the a an this these those my your our their its just so very really also still already"
                        + " please quite then actually simply currently somehow anyway kindly any some");
        add(words, PREPOSITION, "of in on at for with");
        add(words, LINK, "is are was were be been being am has have had to it i we that");
        add(
                words,
                BINDING,
                "from than over under before after until till since between against if unless because although"
                        + " though while when where who whom whose what which how why whether only except but instead more less most least"
                        + " fewer every all each few same other too up down off out into onto by both or nor yet i you he she it we they me"
                        + " him her us them his hers mine yours ours theirs himself herself itself themselves myself yourself is are was"
                        + " were am be do does did has have had to and another either else first last next per about above below"
                        + " through during within again once like many much always ever never let that there here now as well");
        add(words, JOINER, "and or");
        add(
                words,
                STOP,
                "a about above after again all also always am an and any are as at be"
                        + " because been before being below between both but by can could did do does doing done down during"
                        + " each either else even ever every few for from further get gets getting go goes going got had has"
                        + " have having he her here hers herself him himself his how i if in into is it its itself just let"
                        + " like lot many may me might mine more most much must my myself no nor not now of off on once one"
                        + " ones only or other our ours ourselves out over own please quite really same shall she should so"
                        + " some such than thank thanks that the their theirs them themselves then there these they this those"
                        + " through to too under until up upon us very was we were what when where which while who whom whose"
                        + " why will with would yet you your yours yourself yourselves hi hello hey dear ok okay yes");
        add(
                words,
                ENGLISH,
                "the and of to is are you your my it its it's that this these those with for have has what which when"
                        + " where who why how not don't can't i'm i've there they their we our he she his her from but be been"
                        + " would could should will can at by if about please did does do had into than then out up get got just"
                        + " any some an as or");
        add(
                words,
                FOREIGN,
                "der das und ist nicht ich ein eine einen einer mit auf für von den dem zu wir sie es bitte sich auch"
                        + " wird haben mein meine noch kein keine aber oder wie schlafen le la les des une est pas je ne que qui"
                        + " dans pour sur avec vous nous ma mon cette plus il elle ce el los las del por con para una muy pero"
                        + " mi su se lo en y como esta este hay che di per non sono della questo mia gli è nel anche het een"
                        + " niet van dat voor met zijn maar ik naar ook op aan não uma os com mais meu minha foi são você och"
                        + " att det som jag inte är på av om til ikke og jeg nie jest się na że jak ale w z bir ve bu için çok"
                        + " değil");
        return new WordBits(words);
    }

    private static void add(Map<String, Integer> words, int bit, String listed) {
        for (String word : listed.split(" ", -1)) {
            words.merge(word, bit, (one, other) -> one | other);
        }
    }

    /** What the word is that stands in a text, in any case; 0 where it is none of them. */
    public static int of(String text, int start, int end) {
        return WORDS.of(text, start, end);
    }

    /** Whether a word, in any case, is one of those that a bit stands for, or of several. */
    public static boolean is(int bits, String word) {
        return (of(word, 0, word.length()) & bits) != 0;
    }
}
