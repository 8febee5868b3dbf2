// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.adapt.Merge;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.FolderWriter;
import dev.graft.checkpoint.GgufWriter;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.InputException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Adapters folded into their base, for those who serve one model. */
@Command(
        name = "merge",
        description =
                "Folds adapters into their base model, and writes a folder of Hugging Face or, where --out ends in .gguf,"
                        + " a file for llama.cpp. It is computed in 32 bits and rounded when it is written.")
final class MergeCommand implements Callable<Integer> {
    private static final String GGUF = ".gguf";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "ADAPTER", description = "folders as PEFT writes them, of one base model")
    private List<Path> adapters = List.of();

    @Option(
            names = "--base",
            required = true,
            paramLabel = "MODEL",
            description = "minilm, a folder of Hugging Face, a GGUF file, or a name that was pulled")
    private String base = "";

    @Option(names = "--out", required = true, paramLabel = "PLACE", description = "what is there is replaced")
    private Path out = Path.of("");

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "${COMPLETION-CANDIDATES}; default F32 in a folder and F16 in a file")
    private Optional<DType> dtype = Optional.empty();

    @Option(
            names = "--shares",
            split = ",",
            paramLabel = "SHARE",
            description = "of each of several adapters; default the mean")
    private List<Double> shares = List.of();

    @Option(
            names = "--quantized-base",
            description = "merges adapters that were trained on a base in few bits into what those bits say")
    private boolean quantized;

    @Override
    public Integer call() {
        boolean file = out.toString().endsWith(GGUF);
        if (!file && dtype.filter(type -> type == DType.Q8_0).isPresent()) {
            throw new InputException("--dtype is Q8_0; allowed in a folder are F32, F16 and BF16");
        }
        if (!shares.isEmpty() && shares.size() != adapters.size()) {
            throw new InputException(
                    "--shares are " + shares + "; allowed is one for each of the " + adapters.size() + " adapters");
        }
        PrintWriter err = spec.commandLine().getErr();
        ModelFolder of =
                base.equals(BaseModel.MINILM) ? BaseModel.files(base) : ModelFolder.read(AnswerOptions.place(base));
        ModelFolder merged = Merge.adapters(of, adapters, shares, quantized, (adapter, difference) -> {
            err.printf(Locale.ROOT, "%s: outputs of the merged model differ by at most %.1e%n", adapter, difference);
            err.flush();
        });
        Path place = out.toAbsolutePath().normalize();
        if (file) {
            GgufWriter.write(merged, dtype.orElse(DType.F16), place);
        } else {
            FolderWriter.write(merged, dtype.orElse(DType.F32), place);
        }
        spec.commandLine().getOut().println("merged into " + out);
        spec.commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }
}
