// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.CopyException;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.augment.parts.Answers;
import dev.graft.augment.parts.Rewriting;
import dev.graft.augment.parts.WordEdits;
import dev.graft.chat.Chat;
import dev.graft.chat.Chat.Answer;
import dev.graft.chat.Chat.Question;
import dev.graft.chat.ChatServer.Access;
import dev.graft.chat.Sampling;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.hub.Catalogue;
import dev.graft.task.CausalLm;
import dev.graft.text.AnalyzedText;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Has an instructed model rewrite the text, with its class and examples of it in the prompt if wanted (GPT3Mix, Yoo et al. 2021;
 * AugGPT, Dai et al. 2023). An answer must be the rewritten text alone and bring back what is protected, in its order and as it
 * is; the edits lie between. A negation or a modal word may be put in other words: the filters compare them.
 *
 * @param chat the model
 * @param rate probability that a copy is asked for, from 0 to 1
 * @param prompt with {text}, and {label} and {examples} if wanted
 * @param examples texts by class
 */
record Paraphrase(Chat chat, double rate, String prompt, Map<String, List<String>> examples) implements Augmenter {
    Paraphrase {
        WordEdits.share("paraphrase", "rate", rate);
    }

    private static final String PROMPT =
            "Rewrite the text below in other words. Keep its meaning, its tone, its language and its"
                    + " line breaks, and keep every name, number, address and code exactly as it is. Answer with the rewritten text"
                    + " alone.\n\n{text}";
    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
    private static final Set<String> PLACES = Set.of("text", "label", "examples");
    /** What a rewriter puts in other words, and a filter compares. */
    private static final Set<String> GRAMMAR = Set.of("negation", "modal");

    static Step.Factory read(Settings section) {
        double rate = section.number("rate", 1, 0, 1);
        String prompt = section.string("prompt", PROMPT);
        List<String> places =
                PLACE.matcher(prompt).results().map(found -> found.group(1)).toList();
        if (!places.contains("text") || !PLACES.containsAll(places)) {
            section.problem("prompt", "a text with {text}, and {label} and {examples} if wanted", prompt);
        }
        Settings given = section.section("examples");
        Map<String, List<String>> examples = new HashMap<>();
        given.keys().forEach(label -> examples.put(label, given.strings(label, List.of())));
        Function<Resources, Chat> chat = chat(section);
        return resources -> new Paraphrase(chat.apply(resources), rate, prompt, Map.copyOf(examples));
    }

    /** By the folder of a model, or by a server. */
    private static Function<Resources, Chat> chat(Settings section) {
        Sampling sampling = new Sampling(
                section.number("temperature", 0.7, 0, 2),
                section.number("top-p", 0.95, 0.01, 1),
                section.integer("max-tokens", 512, 1, 100_000));
        if (section.has("model") && !section.has("server")) {
            Path model = section.model("model");
            section.check("model", model, CausalLm::require);
            return resources -> resources.chat(model, sampling);
        }
        if (section.has("model")) {
            section.problem("model", "a model's folder, or a server, not both", section.string("model"));
        }
        Access access = access(section.section("server"));
        Path cache = Path.of(section.string(
                "cache", Catalogue.cache().resolveSibling("answers").toString()));
        return resources -> resources.chat(access, sampling, cache);
    }

    private static Access access(Settings server) {
        String url = server.string("url");
        URI address = URI.create("http://localhost");
        if (!url.matches("https?://[^\\s?#]+")) {
            server.problem("url", "an address such as http://host:8000/v1", url);
        } else {
            address = URI.create(url.replaceFirst("/+$", ""));
        }
        return new Access(
                address,
                server.string("model"),
                server.optionalString("api-key"),
                server.integer("concurrency", 4, 1, 1000),
                server.number("requests-per-second", 0, 0, 10_000),
                Duration.ofMillis((long) (1000 * server.number("timeout", 60, 0.001, 3600))),
                server.integer("retries", 5, 0, 20));
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        Proposal made =
                proposals(List.of(text), List.of(List.of(random))).get(0).get(0);
        if (made.failure() != null) {
            throw made.failure();
        }
        return made.edits();
    }

    /** All copies of all documents are asked for at once. */
    @Override
    public List<List<Proposal>> proposals(List<Asked> documents) {
        return proposals(
                documents.stream().map(Asked::text).toList(),
                documents.stream().map(Asked::randoms).toList());
    }

    private List<List<Proposal>> proposals(List<AnalyzedText> texts, List<List<RandomGenerator>> randoms) {
        List<List<Optional<Question>>> asked = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            AnalyzedText text = texts.get(i);
            String filled = filled(text);
            asked.add(randoms.get(i).stream()
                    .map(random -> random.nextDouble() < rate && !text.text().isBlank()
                            ? Optional.of(new Question(filled, random.nextInt(Integer.MAX_VALUE)))
                            : Optional.<Question>empty())
                    .toList());
        }
        Iterator<Answer> answers = chat.answers(asked.stream()
                        .flatMap(List::stream)
                        .flatMap(Optional::stream)
                        .toList())
                .iterator();
        List<List<Proposal>> proposals = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            AnalyzedText text = texts.get(i);
            proposals.add(asked.get(i).stream()
                    .map(question -> question.map(each -> proposal(text, each.prompt(), answers.next()))
                            .orElse(Proposal.of(List.of())))
                    .toList());
        }
        return proposals;
    }

    private static Proposal proposal(AnalyzedText text, String asked, Answer answer) {
        try {
            return Proposal.of(edits(text, asked, answer));
        } catch (CopyException e) {
            return Proposal.failed(e);
        }
    }

    private String filled(AnalyzedText text) {
        String label = Optional.ofNullable(text.document().label()).orElse("");
        String shown = String.join("\n", examples.getOrDefault(label, List.of()));
        return PLACE.matcher(prompt)
                .replaceAll((MatchResult place) -> Matcher.quoteReplacement(
                        switch (place.group(1)) {
                            case "label" -> label;
                            case "examples" -> shown;
                            default -> text.text();
                        }));
    }

    private static List<Edit> edits(AnalyzedText text, String asked, Answer answer) {
        if (answer instanceof Answer.Said said) {
            return between(text, Answers.rewritten(text.text(), asked, said.text(), said.whole()));
        }
        throw new CopyException("no-answer", ((Answer.None) answer).reason());
    }

    /** What the answer has in place of each stretch between protected spans. */
    private static List<Edit> between(AnalyzedText text, String answer) {
        String source = text.text();
        List<Edit> edits = new ArrayList<>();
        int at = 0;
        int there = 0;
        for (Span span : text.protectedSpans()) {
            if (GRAMMAR.contains(span.label())) {
                continue;
            }
            String kept = source.substring(span.start(), span.end());
            int found = find(answer, kept, there, joins(source, span.start()), joins(source, span.end()));
            if (found < 0) {
                throw new CopyException("protected-lost", "the answer lacks \"" + kept + "\" in its place: " + answer);
            }
            add(edits, at, source.substring(at, span.start()), answer.substring(there, found));
            at = span.end();
            there = found + kept.length();
        }
        add(edits, at, source.substring(at), answer.substring(there));
        return edits;
    }

    private static void add(List<Edit> edits, int at, String stretch, String instead) {
        if (!stretch.equals(instead)) {
            edits.add(Rewriting.narrowed(at, stretch, instead));
        }
    }

    /** Where a stretch stands that is no part of a longer word or number, but where it was one. */
    private static int find(String answer, String kept, int from, boolean joinsBefore, boolean joinsBehind) {
        int found = answer.indexOf(kept, from);
        while (found >= 0
                && (!joinsBefore && joins(answer, found) || !joinsBehind && joins(answer, found + kept.length()))) {
            found = answer.indexOf(kept, found + 1);
        }
        return found;
    }

    private static boolean joins(String text, int at) {
        return at > 0
                && at < text.length()
                && Character.isLetterOrDigit(text.charAt(at - 1))
                && Character.isLetterOrDigit(text.charAt(at));
    }
}
