// SPDX-License-Identifier: Apache-2.0
package dev.graft.storage;

import java.io.IOException;

/** A path with the file system that it belongs to. */
public record Place(Storage storage, String path) {
    /** A file or folder in this folder. */
    public Place at(String name) {
        return new Place(storage, storage.child(path, name));
    }

    /** What Spark and Hadoop are to be given as a path. */
    public String uri() {
        return storage.uri(path);
    }

    /** Writes a file so that no reader sees half of it. */
    public void write(byte[] content) throws IOException {
        storage.write(path, content);
    }

    public boolean exists() throws IOException {
        return storage.exists(path);
    }

    @Override
    public String toString() {
        return path;
    }
}
