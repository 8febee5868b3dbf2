// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.adapt.Merge;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.FolderWriter;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Storages;
import dev.graft.run.Recipe;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import dev.graft.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose weights a stage starts with: what an earlier one has taught, folded into the model that it started with.
 *
 * @param folder of the earlier stage
 * @param model that it started with
 */
public record Chained(String folder, String model) {
    /** Beside an adapter: the model with it, for stages that go on from there. */
    public static final String MERGED = "merged";

    private static final Logger LOG = LoggerFactory.getLogger(Chained.class);

    /** What {@code from} of a stage names; empty for the model as it is. */
    public static Optional<Chained> read(Stages stages, Stage stage, Recipe run) {
        return stages.named(stage, "from", Stages.MODEL, EnumSet.of(Stage.Kind.TRAIN, Stage.Kind.META_LEARN))
                .map(each -> {
                    if (each.teaches("translate")) {
                        stage.settings().problem("from", "a stage with another objective than translate", each.name());
                    }
                    String before = each.settings().string("from", Stages.MODEL);
                    return new Chained(
                            each.of(run).out(),
                            before.equals(Stages.MODEL) ? run.model() : run.out() + "/" + before + "/" + MERGED);
                });
    }

    /** The folder of the model that the stage starts with. */
    public String merged() {
        return folder + "/" + MERGED;
    }

    /**
     * Makes that folder, where it is not there.
     *
     * @throws InputException if the earlier stage is not finished
     */
    public void merge() throws IOException {
        Place place = new Place(Storages.of(merged()), merged());
        if (place.exists()) {
            return;
        }
        if (!new Place(place.storage(), folder).at(TuneTask.ADAPTER).exists()) {
            throw new InputException(folder + " holds no adapter to start from; first: run its stage");
        }
        ModelFolder base = Storages.files(model);
        ModelFolder whole = Merge.adapters(
                base,
                List.of(Storages.local(folder + "/" + TuneTask.ADAPTER)),
                List.of(),
                (adapter, difference) ->
                        LOG.info("{}: outputs of the merged model differ by at most {}", adapter, difference));
        if (place.storage() instanceof LocalStorage) {
            FolderWriter.write(whole, DType.F32, LocalStorage.path(merged()));
            return;
        }
        Path here = Files.createTempDirectory("graft-merged").resolve(MERGED);
        FolderWriter.write(whole, DType.F32, here);
        Storage.copy(new Place(new LocalStorage(), here.toString()), place);
    }
}
