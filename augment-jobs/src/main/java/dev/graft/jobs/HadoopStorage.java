// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import dev.graft.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileChecksum;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.StringUtils;

/** A file system of Hadoop's, such as {@code hdfs:} or {@code s3a:}. */
record HadoopStorage(FileSystem files) implements Storage {
    @Override
    public String absolute(String path) {
        return files.makeQualified(new Path(path)).toString();
    }

    @Override
    public String uri(String path) {
        return absolute(path);
    }

    @Override
    public Optional<Entry> entry(String path) throws IOException {
        try {
            return Optional.of(entry(files.getFileStatus(new Path(path))));
        } catch (FileNotFoundException | ParentNotDirectoryException e) {
            return Optional.empty();
        }
    }

    private static Entry entry(FileStatus status) {
        return new Entry(
                status.getPath().toString(),
                status.getPath().getName(),
                status.isDirectory(),
                status.getLen(),
                status.getModificationTime());
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try {
            for (FileStatus status : files.listStatus(new Path(folder))) {
                entries.add(entry(status));
            }
        } catch (FileNotFoundException e) {
            return List.of();
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public List<Entry> glob(String pattern) throws IOException {
        Optional<Entry> itself = entry(pattern);
        if (itself.isPresent()) {
            return List.of(itself.get());
        }
        FileStatus[] found = files.globStatus(new Path(pattern));
        List<Entry> entries = new ArrayList<>();
        for (FileStatus status : found == null ? new FileStatus[0] : found) {
            entries.add(entry(status));
        }
        return entries;
    }

    @Override
    public InputStream open(String file) throws IOException {
        return files.open(new Path(file));
    }

    @Override
    public OutputStream create(String file) throws IOException {
        return files.create(new Path(file), true);
    }

    @Override
    public boolean createNew(String file, byte[] content) throws IOException {
        Path path = new Path(file);
        try (OutputStream out = files.create(path, false)) {
            out.write(content);
            return true;
        } catch (IOException e) {
            // Each file system says in its own way that somebody was faster.
            if (files.exists(path)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void makeFolder(String folder) throws IOException {
        if (!files.mkdirs(new Path(folder))) {
            throw new IOException("can't make the folder " + folder);
        }
    }

    @Override
    public void move(String from, String to) throws IOException {
        Path source = new Path(from);
        Path target = new Path(to);
        makeFolder(target.getParent().toString());
        if (files.exists(target)) {
            replace(source, target);
        } else if (!files.rename(source, target)) {
            throw new IOException("can't rename " + from + " to " + to);
        }
    }

    private void replace(Path source, Path target) throws IOException {
        if (files.getFileStatus(target).isDirectory()) {
            throw new IOException(target + " is a folder");
        }
        try {
            FileContext.getFileContext(files.getUri(), files.getConf())
                    .rename(files.makeQualified(source), files.makeQualified(target), Rename.OVERWRITE);
        } catch (UnsupportedFileSystemException e) {
            files.delete(target, false);
            if (!files.rename(source, target)) {
                throw new IOException("can't rename " + source + " to " + target, e);
            }
        }
    }

    @Override
    public void delete(String path) throws IOException {
        files.delete(new Path(path), true);
    }

    @Override
    public Optional<String> checksum(String file) throws IOException {
        FileChecksum checksum = files.getFileChecksum(new Path(file));
        return checksum == null
                ? Optional.empty()
                : Optional.of(checksum.getAlgorithmName() + " " + StringUtils.byteToHexString(checksum.getBytes()));
    }
}
