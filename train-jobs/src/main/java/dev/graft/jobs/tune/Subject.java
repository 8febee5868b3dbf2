// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import ai.djl.Device;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.HeadPlan;
import dev.graft.adapt.Method;
import dev.graft.adapt.ProblemType;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.jobs.tune.TuneSettings.Teaching;
import dev.graft.model.HeadKind;
import dev.graft.nn.Quantization;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.Objective;
import dev.graft.train.data.ChatFormat;
import dev.graft.train.data.ChatRows;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.data.PreferenceRows;
import dev.graft.train.data.Row;
import dev.graft.train.data.RowFormat;
import dev.graft.train.data.RowReader;
import dev.graft.train.data.TargetRows;
import dev.graft.train.data.TextRows;
import dev.graft.train.data.WordRows;
import dev.graft.train.objective.Dpo;
import dev.graft.train.objective.MaskedWords;
import dev.graft.train.objective.NextToken;
import dev.graft.train.objective.Regression;
import dev.graft.train.objective.SeveralLabels;
import dev.graft.train.objective.TokenClassification;
import java.util.List;
import java.util.function.Function;

/** How rows of an objective are read, stored and learnt: the one place where an objective is chosen. */
record Subject<R extends Row>(
        RowReader<R> reader, RowFormat<R> format, Function<AdaptedModel, Objective<R>> objective) {
    /**
     * @param most tokens that a row is cut to
     * @param labels of annotated spans; empty where there are none
     * @param tokenizer of the model, that cuts nothing off
     */
    static Subject<?> of(Teaching teaching, int most, List<String> labels, ModelFolder files, Tokenizer tokenizer) {
        Function<AdaptedModel, Objective<LabelledTokens>> nextToken =
                model -> new NextToken(model.model(), model.manager(), teaching.packing() ? most : 0);
        return switch (teaching.kind()) {
            case SFT ->
                new Subject<>(
                        new ChatRows(
                                ChatFormat.of(files, tokenizer),
                                teaching.conversations().shape(),
                                teaching.conversations().column(),
                                most),
                        RowFormat.TOKENS,
                        nextToken);
            case CAUSAL_LM ->
                new Subject<>(
                        new TextRows(
                                tokenizer,
                                teaching.text(),
                                files.ends().stream().findFirst().orElse(-1),
                                most),
                        RowFormat.TOKENS,
                        nextToken);
            case DPO ->
                new Subject<>(
                        new PreferenceRows(ChatFormat.of(files, tokenizer), most),
                        RowFormat.PAIRS,
                        model -> new Dpo(model.model(), model.manager(), () -> model.base()::close, teaching.beta()));
            case MASKED_LM ->
                new Subject<>(
                        new WordRows(tokenizer, teaching.text(), "", List.of(), teaching.wholeWords(), most),
                        RowFormat.WORDS,
                        model -> new MaskedWords(
                                new TokenClassification(model.model(), model.manager()),
                                files.mask(),
                                model.model().vocabulary(),
                                teaching.rate()));
            case TOKEN_CLASSIFICATION ->
                new Subject<>(
                        new WordRows(
                                tokenizer, teaching.text(), teaching.spans(), WordRows.classes(labels), true, most),
                        RowFormat.WORDS,
                        model -> new TokenClassification(model.model(), model.manager()));
            case MULTI_LABEL ->
                new Subject<>(
                        new TargetRows(tokenizer, teaching.text(), teaching.label(), labels, most),
                        RowFormat.TARGETS,
                        model -> new SeveralLabels(model.model(), model.manager(), teaching.threshold()));
            case REGRESS ->
                new Subject<>(
                        new TargetRows(tokenizer, teaching.text(), teaching.label(), List.of(), most),
                        RowFormat.TARGETS,
                        model -> new Regression(model.model(), model.manager()));
            case CLASSIFY, TRANSLATE ->
                throw new IllegalArgumentException("classes of texts are taught by another job");
        };
    }

    /** The model that learns, with a head of its own where that is for classes, labels or a number. */
    static AdaptedModel model(
            Teaching teaching,
            ModelFolder files,
            List<String> labels,
            Method method,
            Quantization quantization,
            long seed,
            Device device) {
        HeadPlan head = switch (teaching.kind()) {
            case TOKEN_CLASSIFICATION -> HeadPlan.of(HeadKind.TOKENS, WordRows.classes(labels));
            case MULTI_LABEL -> HeadPlan.ofTexts(labels, ProblemType.MULTI_LABEL_CLASSIFICATION);
            case REGRESS -> HeadPlan.ofTexts(List.of(teaching.label().name()), ProblemType.REGRESSION);
            case SFT, CAUSAL_LM, DPO, MASKED_LM, CLASSIFY, TRANSLATE ->
                HeadPlan.of(teaching.kind().head());
        };
        return new AdaptedModel(files, head, method, quantization, seed, device);
    }
}
