// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.model.HeadKind;
import dev.graft.report.Measure;
import dev.graft.train.Figures;
import java.util.List;
import java.util.Optional;

/** What a training stage teaches. */
public enum ObjectiveKind {
    /** The class of a text. */
    CLASSIFY(HeadKind.SEQUENCE),
    /** Supervised fine-tuning on conversations. */
    SFT(HeadKind.CAUSAL_LM),
    /** Continued pre-training of a decoder on texts. */
    CAUSAL_LM(HeadKind.CAUSAL_LM),
    /** Direct preference optimisation on pairs of answers. */
    DPO(HeadKind.CAUSAL_LM),
    /** Continued pre-training of an encoder on texts. */
    MASKED_LM(HeadKind.MASKED_LM),
    /** The classes of the words of a text, from annotated spans. */
    TOKEN_CLASSIFICATION(HeadKind.TOKENS),
    /** The labels of a text, any number of them. */
    MULTI_LABEL(HeadKind.SEQUENCE),
    /** A number that a text stands for. */
    REGRESS(HeadKind.SEQUENCE),
    /** Sentences of one language from those of another: a model of its own, all of which is trained. */
    TRANSLATE(HeadKind.NONE);

    private static final Measure LOSS = lower("loss");

    private final HeadKind head;

    ObjectiveKind(HeadKind head) {
        this.head = head;
    }

    /** What its models are compared by, the main one first, under the names of {@link Figures#others}. */
    List<Measure> measures() {
        return switch (this) {
            case CLASSIFY -> List.of(Measure.share("accuracy"), LOSS);
            case SFT, CAUSAL_LM, TRANSLATE -> List.of(LOSS, lower("perplexity"), Measure.share("token-accuracy"));
            case DPO -> List.of(LOSS, Measure.share("reward-accuracy"), higher("reward-margin"));
            case MASKED_LM -> List.of(LOSS, lower("pseudo-perplexity"), Measure.share("token-accuracy"));
            case TOKEN_CLASSIFICATION -> List.of(LOSS, Measure.share("token-accuracy"));
            case MULTI_LABEL ->
                List.of(Measure.share("macro-f1"), Measure.share("micro-f1"), Measure.share("exact-match"), LOSS);
            case REGRESS -> List.of(lower("mse"), lower("rmse"), higher("pearson"), higher("spearman"));
        };
    }

    /** What decides. */
    Measure main() {
        return measures().get(0);
    }

    /** Empty where it has no value. */
    static Optional<Double> value(Measure measure, Figures figures) {
        return Optional.ofNullable(
                        measure.equals(LOSS)
                                ? (Double) figures.loss()
                                : figures.others().get(measure.title()))
                .filter(Double::isFinite);
    }

    private static Measure lower(String title) {
        return new Measure(title, false, true);
    }

    private static Measure higher(String title) {
        return new Measure(title, false, false);
    }

    /** Whether rows have a column that says what is learnt of the text as a whole. */
    boolean ofTexts() {
        return this == MULTI_LABEL || this == REGRESS;
    }

    /** The head of the model that learns it. */
    public HeadKind head() {
        return head;
    }
}
