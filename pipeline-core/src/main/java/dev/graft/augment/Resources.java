// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.adapt.AdapterFolder;
import dev.graft.chat.Chat;
import dev.graft.chat.ChatServer;
import dev.graft.chat.LocalChat;
import dev.graft.chat.Sampling;
import dev.graft.checkpoint.BaseModel;
import dev.graft.corpus.InputException;
import dev.graft.model.ComputeType;
import dev.graft.nn.engine.Devices;
import dev.graft.nn.engine.Threads;
import dev.graft.task.CausalLm;
import dev.graft.task.FoldProbes;
import dev.graft.task.MaskedLm;
import dev.graft.task.PseudoLikelihood;
import dev.graft.task.SentenceEncoder;
import dev.graft.task.TextClassifier;
import dev.graft.text.Vocabulary;
import dev.graft.text.WordVectors;
import dev.graft.text.wordnet.WordNet;
import dev.graft.translate.Apertium;
import dev.graft.translate.FolderTranslator;
import dev.graft.translate.Student;
import dev.graft.translate.Translator;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What operators and filters need beyond the text. Each is loaded when it is first asked for, and shared by threads. */
public final class Resources implements AutoCloseable {
    private static final int SENTENCE_TOKENS = 256;

    private final String model;
    private final Optional<Path> vocabularyFile;
    private final Optional<Path> foldProbesFile;
    private final Map<Path, CausalLm> causalLms = new HashMap<>();
    private final Map<List<Object>, Translator> translators = new HashMap<>();
    private final OptionalInt gpu;
    private final ComputeType compute;
    private final Map<String, Apertium> apertium = new HashMap<>();
    private final Map<Path, MaskedLm> maskedLms = new HashMap<>();
    private final Map<Path, PseudoLikelihood> pseudoLikelihoods = new HashMap<>();
    private final Map<String, WordVectors> vectors = new HashMap<>();
    private final Map<List<Object>, Chat> chats = new HashMap<>();
    private final Map<Path, TextClassifier> classifiers = new HashMap<>();
    private @Nullable WordNet wordNet;
    private @Nullable SentenceEncoder encoder;
    private @Nullable Vocabulary vocabulary;
    private @Nullable FoldProbes foldProbes;

    /**
     * @param model the base model, whose sentence embeddings tell how similar two texts are
     * @param vocabulary the words of the training rows, for operators that draw from them
     */
    public Resources(String model, Optional<Path> vocabulary) {
        this(model, vocabulary, Optional.empty());
    }

    /**
     * @param foldProbes the classifiers of the folds of the training rows, for the filter {@code cross-fit}
     */
    public Resources(String model, Optional<Path> vocabulary, Optional<Path> foldProbes) {
        this(model, vocabulary, foldProbes, OptionalInt.empty(), ComputeType.FLOAT32);
    }

    /**
     * @param gpu that models are loaded on, as CUDA counts in this process; none for the CPU. The students of Firefox Translations
     *     and Apertium are of the CPU in any case
     * @param compute in what the sentence encoder, translators and causal language models multiply
     */
    public Resources(
            String model, Optional<Path> vocabulary, Optional<Path> foldProbes, OptionalInt gpu, ComputeType compute) {
        this.gpu = gpu;
        this.compute = compute;
        this.model = model;
        this.vocabularyFile = vocabulary;
        this.foldProbesFile = foldProbes;
    }

    /** A task of Spark has a core, and with one thread a score does not depend on how many cores there are. */
    private static <M> M onOneThread(M model) {
        Threads.one();
        return model;
    }

    public synchronized WordNet wordNet() {
        WordNet loaded = wordNet == null ? new WordNet() : wordNet;
        wordNet = loaded;
        return loaded;
    }

    public synchronized SentenceEncoder encoder() {
        SentenceEncoder loaded = encoder == null
                ? onOneThread(new SentenceEncoder(BaseModel.load(model), SENTENCE_TOKENS, Devices.of(gpu), compute))
                : encoder;
        encoder = loaded;
        return loaded;
    }

    /** A masked language model from a Hugging Face folder. */
    public synchronized MaskedLm maskedLm(Path folder) {
        return maskedLms.computeIfAbsent(folder, each -> onOneThread(new MaskedLm(each, gpu)));
    }

    /** How likely words are to a masked language model from a Hugging Face folder. */
    public synchronized PseudoLikelihood pseudoLikelihood(Path folder) {
        return pseudoLikelihoods.computeIfAbsent(folder, each -> onOneThread(new PseudoLikelihood(each, gpu)));
    }

    /** A causal language model from a Hugging Face folder. */
    public synchronized CausalLm causalLm(Path folder) {
        return causalLms.computeIfAbsent(folder, each -> onOneThread(new CausalLm(each, gpu, compute)));
    }

    /** One direction of translation, from a student's folder. */
    public synchronized Translator translator(Path folder) {
        return translators.computeIfAbsent(List.of(folder), key -> onOneThread(new Student(folder, compute)));
    }

    /** One direction of translation, from a folder as a hub has it. */
    public synchronized Translator translator(Path folder, String from, String to) {
        return translators.computeIfAbsent(
                List.of(folder, from, to), key -> onOneThread(new FolderTranslator(folder, from, to, gpu, compute)));
    }

    /**
     * An instructed model behind a server.
     *
     * @param cache folder of its answers
     */
    public synchronized Chat chat(ChatServer.Access access, Sampling sampling, Path cache) {
        return chats.computeIfAbsent(List.of(access, sampling, cache), key -> new ChatServer(access, sampling, cache));
    }

    /**
     * One direction of translation by Apertium.
     *
     * @param mode such as {@code en-eo}
     * @param debianPackage that holds it
     */
    public synchronized Translator apertium(String mode, String debianPackage) {
        return apertium.computeIfAbsent(mode, any -> new Apertium(any, debianPackage));
    }

    /** Ends the processes that were started; who asks again has them started again. Models stay. */
    @Override
    public synchronized void close() {
        apertium.values().forEach(Apertium::close);
    }

    /** An instructed model of this machine. */
    public synchronized Chat chat(Path model, Sampling sampling) {
        return new LocalChat(causalLm(model), sampling);
    }

    /** A user's word vectors. */
    public synchronized WordVectors vectors(Path file, int most, double minSimilarity) {
        return vectors.computeIfAbsent(
                file + " " + most + " " + minSimilarity, key -> new WordVectors(file, most, minSimilarity));
    }

    /**
     * The base model with an adapter, as {@code train} or PEFT writes it.
     *
     * @param labels names of its classes; empty where the folder says them
     */
    public synchronized TextClassifier classifier(Path adapter, List<String> labels) {
        return classifiers.computeIfAbsent(adapter, folder -> {
            AdapterFolder read = AdapterFolder.read(folder, labels);
            return onOneThread(TextClassifier.trained(BaseModel.files(model), read, SENTENCE_TOKENS, gpu));
        });
    }

    public synchronized FoldProbes foldProbes() {
        FoldProbes loaded = foldProbes == null
                ? FoldProbes.read(foldProbesFile.orElseThrow(() -> new InputException(
                        "filters.cross-fit goes by classifiers that augment fits to the training rows: augment again")))
                : foldProbes;
        foldProbes = loaded;
        return loaded;
    }

    /** The words of the training rows; none where they were not counted. */
    public Vocabulary countedWords() {
        return vocabularyFile.isEmpty() ? new Vocabulary(0, List.of()) : vocabulary();
    }

    public synchronized Vocabulary vocabulary() {
        Vocabulary loaded = vocabulary == null
                ? Vocabulary.read(vocabularyFile.orElseThrow(
                        () -> new IllegalStateException("the words of the training rows were not counted")))
                : vocabulary;
        vocabulary = loaded;
        return loaded;
    }
}
