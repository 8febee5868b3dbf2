// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.adapt.Merge;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.FolderWriter;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Storages;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import dev.graft.storage.Storage;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an earlier stage has taught, folded into the model that it started with.
 *
 * @param folder of the earlier stage
 * @param model that it started with
 */
public record Chained(String folder, String model) implements Serializable {
    /** Beside an adapter: the model with it, for stages that go on from there. */
    public static final String MERGED = "merged";

    private static final Logger LOG = LoggerFactory.getLogger(Chained.class);

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
