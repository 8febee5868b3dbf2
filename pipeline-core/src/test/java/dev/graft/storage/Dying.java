// SPDX-License-Identifier: Apache-2.0
package dev.graft.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** The same files, for a process that is killed after so many changes to them. */
public final class Dying implements Storage {
    private final Storage storage;
    private int left;

    public Dying(Storage storage, int changes) {
        this.storage = storage;
        this.left = changes;
    }

    /** Nothing of the process runs after this. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private void change() {
        if (left-- <= 0) {
            throw new Killed();
        }
    }

    @Override
    public String absolute(String path) {
        return storage.absolute(path);
    }

    @Override
    public String uri(String path) {
        return storage.uri(path);
    }

    @Override
    public Optional<Entry> entry(String path) throws IOException {
        return storage.entry(path);
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        return storage.list(folder);
    }

    @Override
    public List<Entry> glob(String pattern) throws IOException {
        return storage.glob(pattern);
    }

    @Override
    public InputStream open(String file) throws IOException {
        return storage.open(file);
    }

    @Override
    public OutputStream create(String file) throws IOException {
        change();
        return storage.create(file);
    }

    @Override
    public boolean createNew(String file, byte[] content) throws IOException {
        change();
        return storage.createNew(file, content);
    }

    @Override
    public void makeFolder(String folder) throws IOException {
        change();
        storage.makeFolder(folder);
    }

    @Override
    public void move(String from, String to) throws IOException {
        change();
        storage.move(from, to);
    }

    /** File after file, as it is: a kill may come between. */
    @Override
    public void delete(String path) throws IOException {
        Optional<Entry> entry = storage.entry(path);
        if (entry.isPresent() && entry.get().isFolder()) {
            for (Entry each : storage.list(path)) {
                delete(each.path());
            }
        }
        if (entry.isPresent()) {
            change();
            storage.delete(path);
        }
    }
}
