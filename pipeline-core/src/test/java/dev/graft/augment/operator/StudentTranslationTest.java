// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Augmenter.Asked;
import dev.graft.augment.Augmenter.Proposal;
import dev.graft.augment.Edit;
import dev.graft.checkpoint.BaseModel;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.generate.Beams;
import dev.graft.generate.Pick;
import dev.graft.random.Seeds;
import dev.graft.task.SentenceEncoder;
import dev.graft.text.AnalyzedText;
import dev.graft.translate.Manner;
import dev.graft.translate.Translator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator around a pivot that is a phrase book: it answers what it is told to. */
class StudentTranslationTest {
    private static SentenceEncoder encoder;

    @BeforeAll
    static void start() {
        encoder = new SentenceEncoder(BaseModel.load(BaseModel.MINILM), 64);
    }

    @AfterAll
    static void stop() {
        encoder.close();
    }

    private record PhraseBook(Map<String, String> phrases) implements Translator {
        @Override
        public List<String> translate(List<String> sentences) {
            return sentences.stream()
                    .map(sentence -> phrases.getOrDefault(sentence, sentence))
                    .toList();
        }

        @Override
        public void close() {}
    }

    private static Augmenter operator(String... phrases) {
        return operator(-1, phrases);
    }

    private static Augmenter operator(double minWordSimilarity, String... phrases) {
        Map<String, String> book = new java.util.HashMap<>();
        for (int i = 0; i < phrases.length; i += 2) {
            book.put(phrases[i], phrases[i + 1]);
        }
        return new BackTranslation(
                List.of(List.of(new PhraseBook(book))),
                1,
                encoder,
                BackTranslation.Engine.STUDENTS,
                Manners.GREEDY,
                Take.SENTENCES,
                whole(minWordSimilarity));
    }

    private static Choice whole(double minWordSimilarity) {
        return new WholeChoice(new Agreeing(encoder, 0.8, minWordSimilarity), (source, back) -> true);
    }

    private static String made(Augmenter operator, String text) {
        return Edit.apply(text, operator.edits(analyzed(text), Seeds.random(1)));
    }

    @Test
    void whatComesBackStandsInTheSentencesPlaceAndTheGapsStay() {
        String text = "Hello,\r\n\r\n  my parcel BX-12 never arrived!  Send it to me again, please.\n";
        Augmenter operator = operator("Send it to me again, please.", "Send it to me once more, please.");
        assertThat(made(operator, text))
                .isEqualTo("Hello,\r\n\r\n  my parcel BX-12 never arrived!  Send it to me once more, please.\n");
        List<Edit> edits = operator.edits(analyzed(text), Seeds.random(1));
        assertThat(edits).hasSize(1);
        assertThat(edits.get(0).replacement()).isEqualTo("once more,");
    }

    @Test
    void numbersAndAddressesComeBackAsTheyWere() {
        Augmenter operator = operator("I paid X1 for the big phone today.", "I paid X1 for the large phone today.");
        assertThat(made(operator, "I paid £90 for the big phone today."))
                .isEqualTo("I paid £90 for the large phone today.");
    }

    @Test
    void numbersInWordsAreTranslatedAndCompared() {
        String text = "All three women like the big phone.";
        assertThat(made(operator(text, "All three women like the large phone."), text))
                .isEqualTo("All three women like the large phone.");
        assertThat(made(operator(text, "All four women like the large phone."), text))
                .isEqualTo(text);
    }

    @Test
    void aFaultLeavesTheSentence() {
        String text = "I do not like the big phone.";
        assertThat(made(operator(text, "I like the large phone."), text)).isEqualTo(text);
        assertThat(made(operator(text, "I do not like the grumpfel phone."), text))
                .isEqualTo(text);
        assertThat(made(operator(text, "I do not like the loud weather."), text))
                .isEqualTo(text);
        assertThat(made(operator(text, "I do not like the large phone."), text))
                .isEqualTo("I do not like the large phone.");
    }

    @Test
    void aWordMayBeLessNearWhereTheWholeIsNear() {
        String text = "What rivers lie between the cities of Lyon and Paris?";
        String near = "What rivers are between the cities of Lyon and Paris?";
        String far = "What walls lie between the cities of Lyon and Paris?";
        assertThat(made(operator(0.62, text, near), text)).isEqualTo(near);
        assertThat(made(operator(0.75, text, near), text)).isEqualTo(text);
        assertThat(made(operator(0.62, text, far), text)).isEqualTo(text);
    }

    @Test
    void whoSpeaksKeepsTheCapital() {
        String text = "I'd like to see the parcel that I sent.";
        assertThat(made(operator(text, "I would like to see the package that I sent."), text))
                .isEqualTo("I would like to see the package that I sent.");
    }

    @Test
    void linesOfProgramsAndSignaturesAreNotAsked() {
        String text = "return big == small;";
        assertThat(made(operator(text, "return large == small;"), text)).isEqualTo(text);
        assertThat(made(operator("Big thanks", "Large thanks"), "Big thanks")).isEqualTo("Big thanks");
    }

    @Test
    void annotatedSpansStay() {
        AnalyzedText text = analyzed("I like the big phone a lot.", new Span(11, 20, "product"));
        assertThat(operator("I like the big phone a lot.", "I like the large phone a lot.")
                        .edits(text, Seeds.random(1)))
                .isEmpty();
    }

    @Test
    void copiesDrawAmongChainsAndAnUnansweredSentenceStays() {
        String text = "I like the big phone a lot.";
        Translator large = new PhraseBook(Map.of(text, "I like the large phone a lot."));
        Translator huge = new PhraseBook(Map.of(text, "I like the huge phone a lot."));
        Translator none = new Translator() {
            @Override
            public List<String> translate(List<String> sentences) {
                return sentences;
            }

            @Override
            public List<Optional<String>> answers(List<String> sentences) {
                return sentences.stream().map(each -> Optional.<String>empty()).toList();
            }

            @Override
            public void close() {}
        };
        Augmenter operator = new BackTranslation(
                List.of(List.of(large), List.of(huge), List.of(large, none)),
                1,
                encoder,
                BackTranslation.Engine.STUDENTS,
                Manners.GREEDY,
                Take.SENTENCES,
                whole(-1));
        List<RandomGenerator> randoms = IntStream.range(0, 60)
                .mapToObj(seed -> (RandomGenerator) Seeds.random(seed))
                .toList();
        List<List<Edit>> copies = operator.edits(analyzed(text), randoms);
        assertThat(copies.stream().map(edits -> Edit.apply(text, edits)).distinct())
                .containsExactlyInAnyOrder("I like the large phone a lot.", "I like the huge phone a lot.", text);
        for (int seed = 0; seed < 60; seed++) {
            assertThat(operator.edits(analyzed(text), Seeds.random(seed))).isEqualTo(copies.get(seed));
        }
    }

    /** Says a sentence with a word that the seed chooses; what is asked with seed 2 is cut off. */
    private record Varied(List<String> words) implements Translator {
        @Override
        public List<String> translate(List<String> sentences) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Optional<Translation>> drafts(List<Draft> drafts, Manner manner) {
            return drafts.stream()
                    .map(each -> Optional.of(new Translation(
                            each.sentence().replace("big", words.get((int) each.seed())), each.seed() == 2, false)))
                    .toList();
        }

        @Override
        public void close() {}
    }

    @Test
    void copiesDrawAmongVariantsAndWhatWasCutIsDroppedUnlessAllowed() {
        String text = "I like the big phone a lot.";
        Manner three = Manner.of(Beams.of(4).best(3));
        Translator varied = new Varied(List.of("large", "huge", "giant"));
        List<Asked> asked = List.of(
                new Asked(analyzed(text), LongStream.range(0, 40).toArray()),
                new Asked(analyzed(text), new long[] {5}));
        List<Asked> few =
                List.of(new Asked(analyzed(text), LongStream.range(0, 8).toArray()));
        for (boolean allowed : new boolean[] {false, true}) {
            Augmenter operator = new BackTranslation(
                    List.of(List.of(varied, new PhraseBook(Map.of()))),
                    1,
                    encoder,
                    BackTranslation.Engine.MARIAN,
                    new Manners(three, Manner.of(Beams.of(4)), Optional.empty(), allowed),
                    Take.SENTENCES,
                    whole(-1));
            List<List<Proposal>> proposals = operator.proposals(asked);
            assertThat(proposals.get(1).get(0)).isEqualTo(proposals.get(0).get(5));
            assertThat(proposals.get(0).stream()
                            .filter(each -> each.dropped().isEmpty())
                            .map(each -> Edit.apply(text, each.edits()))
                            .distinct())
                    .contains("I like the large phone a lot.", "I like the huge phone a lot.")
                    .hasSize(allowed ? 3 : 2);
            assertThat(proposals.get(0).stream().map(Proposal::dropped).distinct())
                    .containsExactlyInAnyOrder(allowed ? new String[] {""} : new String[] {"", "truncated"});
            for (Augmenter around : List.of(
                    Sequence.of(List.of(operator, operator)),
                    new OneOf(List.of(new OneOf.Choice(operator, 1))),
                    new Sometimes(operator, 1))) {
                assertThat(around.proposals(few).get(0).stream()
                                .map(Proposal::dropped)
                                .distinct())
                        .as(around.getClass().getSimpleName())
                        .containsExactlyInAnyOrder(allowed ? new String[] {""} : new String[] {"", "truncated"});
            }
        }
    }

    /** Answers with all that were told for a sentence, one a seed. */
    private record Several(Map<String, List<String>> answers) implements Translator {
        @Override
        public List<String> translate(List<String> sentences) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Optional<Translation>> drafts(List<Draft> drafts, Manner manner) {
            return drafts.stream()
                    .map(each -> {
                        List<String> all = answers.getOrDefault(each.sentence(), List.of(each.sentence()));
                        return Optional.of(new Translation(all.get((int) (each.seed() % all.size())), false, false));
                    })
                    .toList();
        }

        @Override
        public void close() {}
    }

    /** With the answers of other ways, as many as were told, in the place of a model's beams. */
    private static Augmenter words(String text, String... answers) {
        Manner all = Manner.of(Beams.of(answers.length).best(answers.length));
        return new BackTranslation(
                List.of(List.of(new Several(Map.of(text, List.of(answers))), new PhraseBook(Map.of()))),
                1,
                encoder,
                BackTranslation.Engine.STUDENTS,
                new Manners(Manner.GREEDY, Manner.GREEDY, Optional.of(new Manners.Again(all, Manner.GREEDY)), false),
                Take.WORDS,
                new WordChoice(new Agreeing(encoder, 0.85, 0.62)));
    }

    @Test
    void theGoodWordsOfAllAnswersAreTakenAndTheRestIsLeft() {
        String text = "A young man bought two bottles at the store in the evening.";
        Augmenter operator = words(
                text,
                "A young man bought two bottles to the shop at night.",
                "The young man was buying two bottles in the shop in the evening.",
                "A young man purchased two flasks at the store by the evening.");
        assertThat(made(operator, text)).isEqualTo("A young man purchased two bottles at the shop in the evening.");
    }

    @Test
    void howItTranslatesIsReadFromTheSection() {
        Manners plain = Settings.parse("", section -> Manners.read(section, 1, Take.SENTENCES));
        assertThat(plain)
                .isEqualTo(new Manners(
                        Manner.GREEDY,
                        Manner.GREEDY,
                        Optional.of(new Manners.Again(
                                Manner.of(Beams.of(5).best(5)),
                                Manner.of(Beams.of(2).best(2)))),
                        false));
        assertThat(Settings.<Manners>parse("tries = 0", section -> Manners.read(section, 1, Take.SENTENCES)))
                .isEqualTo(Manners.GREEDY);
        Manners beams = Settings.parse(
                "beams = 6, variants = 3, diversity = 0.5, length-penalty = 0.6, no-repeat = 3, noise = true",
                section -> Manners.read(section, 1, Take.SENTENCES));
        assertThat(beams.there().search()).isEqualTo(new Beams(6, 6, 0.5, 0.6, Beams.Stop.UNLIKELY, 3));
        assertThat(beams.back())
                .isEqualTo(new Manner(new Beams(6, 1, 0, 0.6, Beams.Stop.UNLIKELY, 1), 3, Optional.empty()));
        assertThat(beams.there().noise()).isPresent();
        Manners sampled = Settings.parse(
                "sampling { temperature = 0.7, top-k = 20 }", section -> Manners.read(section, 4, Take.SENTENCES));
        assertThat(sampled.there().search()).isEqualTo(new Pick.Sampled(0.7, 20, 1, 1, 0));
        assertThatThrownBy(() ->
                        Settings.parse("beams = 2, variants = 3", section -> Manners.read(section, 1, Take.SENTENCES)))
                .hasMessageContaining("variants: given 3; allowed is at most the 2 beams");
        assertThatThrownBy(() -> Settings.parse(
                        "beams = 2, variants = 2, sampling { top-p = 0.9 }",
                        section -> Manners.read(section, 1, Take.SENTENCES)))
                .hasMessageContaining("sampling");
    }

    /** As stages of those names leave their models. */
    @Test
    void modelsOfTrainingStagesAreFound(@TempDir Path run) throws IOException {
        Path tiny = Path.of("src", "test", "resources", "translators", "m2m-100");
        for (String stage : List.of("en-de", "de-en")) {
            Path model = Files.createDirectories(run.resolve(stage).resolve("model"));
            try (Stream<Path> files = Files.list(tiny)) {
                for (Path file : files.toList()) {
                    Files.copy(file, model.resolve(file.getFileName()));
                }
            }
        }
        Augmenter augmenter = Examples.operator(
                "operator = back-translation, engine = marian, tries = 0, pivots = [[de]], models = \"" + run + "\"");
        assertThat(augmenter.edits(analyzed("the man has a hat."), Seeds.random(1)))
                .isEmpty();
    }

    /** A tiny model of a hundred languages, whose weights are random: what comes back is none. */
    @Test
    void aFolderOfManyLanguagesTranslatesThereAndBack() {
        Path models = Path.of("src", "test", "resources", "translators");
        String operator =
                "operator = back-translation, engine = marian, beams = 2, pivots = [[pt], [de, fr]], models = ";
        Augmenter augmenter = Examples.operator(operator + '"' + models.resolve("m2m-100") + '"');
        String text = "the man has a hat and a dog.";
        for (Proposal each : augmenter
                .proposals(List.of(new Asked(analyzed(text), new long[] {1, 2, 3, 4})))
                .get(0)) {
            assertThat(each.failure()).isNull();
            assertThat(Edit.apply(text, each.edits())).isEqualTo(text);
        }
        assertRefused(operator + '"' + models.resolve("marian") + '"', "models:", "\"en\" is none of them");
    }

    @Test
    void whatIsMissingIsNamed(@TempDir Path folder) {
        assertRefused(
                "operator = back-translation, engine = students, pivots = [[de]], models = \"" + folder + "\"",
                "models:",
                folder.resolve("en-de").toString(),
                "graft pull en-de");
        assertRefused(
                "operator = back-translation, engine = marian, pivots = [[de]], models = \"" + folder + "\"",
                "models:",
                folder.resolve("en-de").toString(),
                "config.json");
        assertRefused("operator = back-translation, engine = students, pivots = [[]]", "pivots:", "[[pt], [de, fr]]");
        assertRefused("operator = back-translation, engine = students, pivots = pt", "pivots:", "list of lists");
        assertRefused("operator = back-translation, engine = rules", "one of apertium, students");
    }
}
