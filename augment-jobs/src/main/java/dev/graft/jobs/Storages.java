// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.InputException;
import dev.graft.run.Recipe;
import dev.graft.run.RunDirectory;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import dev.graft.storage.Sha256;
import dev.graft.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Which file system a path belongs to. */
public final class Storages {
    private Storages() {}

    /** That of a path in a job, by the settings {@code spark.hadoop.*} and Hadoop's own files. */
    public static Storage of(SparkSession spark, String path) {
        return of(spark.sparkContext().hadoopConfiguration(), path);
    }

    /** That of a path in a task, or where there is no Spark. */
    public static Storage of(String path) {
        return of(hadoop(), path);
    }

    /** The rows of a Parquet table that a job wrote. */
    public static Dataset<Row> table(SparkSession spark, Place folder) {
        return spark.read().parquet(literal(folder.uri()));
    }

    /** As {@link #table(SparkSession, Place)}, without a look at the files for what its columns are. */
    public static Dataset<Row> table(SparkSession spark, Place folder, StructType schema) {
        return spark.read().schema(schema).parquet(literal(folder.uri()));
    }

    /** Spark takes what it reads, but not what it writes, for a pattern. */
    private static String literal(String path) {
        return path.replaceAll("[{}\\[\\]*?\\\\]", "\\\\$0");
    }

    /** The directory of a run. */
    public static RunDirectory directory(SparkSession spark, Recipe recipe) {
        return recipe.directory(of(spark, recipe.out()));
    }

    /**
     * @param path without a scheme it belongs to Hadoop's default file system, as all that Spark reads
     * @throws InputException if there is no such file system, or it can't be reached
     */
    public static Storage of(Configuration hadoop, String path) {
        try {
            FileSystem files = new org.apache.hadoop.fs.Path(path).getFileSystem(hadoop);
            return files instanceof LocalFileSystem || files instanceof RawLocalFileSystem
                    ? new LocalStorage()
                    : new HadoopStorage(files);
        } catch (IOException | IllegalArgumentException e) {
            throw new InputException("can't reach the file system of " + path + ": " + e.getMessage());
        }
    }

    /**
     * Where a file or folder lies on this machine, for what reads local files alone, such as models: where it is, or a copy
     * that is made once for each state of it. For the driver and for tasks.
     *
     * @throws InputException if it can't be reached
     */
    public static Path local(String path) {
        if (!path.matches("[A-Za-z][A-Za-z0-9+.-]*:.*") || path.startsWith("file:")) {
            return LocalStorage.path(path);
        }
        Storage storage = of(path);
        return storage instanceof LocalStorage ? LocalStorage.path(path) : copied(storage, path);
    }

    /** The base model of a name or a folder, wherever it lies. */
    public static BaseModel model(String name) {
        BaseModel model = BaseModel.load(local(name).toString());
        return new BaseModel(name, model.config(), model.weights(), model.tokenizer(), model.sha256());
    }

    /** As {@link #model}, of any family. */
    public static ModelFolder files(String name) {
        return BaseModel.files(
                name.equals(BaseModel.MINILM) ? name : local(name).toString());
    }

    /** The settings of file systems in a task, or where there is no Spark. */
    public static Configuration hadoop() {
        SparkEnv env = SparkEnv.get();
        return env == null ? new Configuration() : SparkHadoopUtil.get().newConfiguration(env.conf());
    }

    private static Path copied(Storage storage, String path) {
        try {
            Storage.Entry entry =
                    storage.entry(path).orElseThrow(() -> new InputException("there is no file and no folder " + path));
            List<Storage.Entry> files = storage.files(entry);
            Path copy = Path.of(
                    System.getProperty("java.io.tmpdir"),
                    "graft-" + System.getProperty("user.name"),
                    Sha256.of(storage.absolute(path) + files).substring(0, 32),
                    entry.name());
            if (Files.exists(copy)) {
                return copy;
            }
            Files.createDirectories(copy.getParent());
            Place draft = new Place(
                    new LocalStorage(), Files.createTempDirectory(copy.getParent(), "draft") + "/" + entry.name());
            Storage.copy(new Place(storage, path), draft);
            try {
                draft.storage().move(draft.path(), copy.toString());
            } catch (IOException e) {
                // Another task was faster.
                if (!Files.exists(copy)) {
                    throw e;
                }
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException("can't copy " + path + ": " + e, e);
        }
    }
}
