// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.run.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A corpus in a table of Iceberg on this machine's files, and the result as another. */
class TableTest extends OnSpark {
    @BeforeEach
    void catalogue() {
        spark.conf().set("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog");
        spark.conf().set("spark.sql.catalog.lake.type", "hadoop");
        spark.conf()
                .set("spark.sql.catalog.lake.warehouse", folder.resolve("lake").toString());
    }

    private AugmentSettings settings(String table, String out, String more) {
        return Settings.parse(
                "name = t, out = \"" + folder.resolve(out) + "\", corpus { table = \"" + table + "\", label = label }\n"
                        + "augment { operators = [{ operator = keyboard-typos }], filters { similarity { min = -1 } } }\n"
                        + more,
                AugmentSettings::read);
    }

    @Test
    void aTableIsReadAndAnotherWrittenAndANewVersionIsAnotherCorpus() {
        spark.sql("CREATE TABLE lake.shop.tickets (text STRING, label STRING) USING iceberg");
        spark.sql("INSERT INTO lake.shop.tickets VALUES ('My parcel has not arrived yet', 'a'),"
                + " ('The screen of the new phone is broken', 'b'), ('I was charged twice for the lamp', 'b')");
        AugmentSettings first = settings("lake.shop.tickets", "one", "output.table = lake.shop.grown");
        Manifest manifest = AugmentJob.run(spark, first, false);
        assertThat(manifest.rows()).containsEntry("documents", 3L);
        assertThat(spark.table("lake.shop.grown").orderBy("id").toJSON().collectAsList())
                .isEqualTo(runs.rows("one"))
                .hasSizeGreaterThan(3);
        assertThat(AugmentJob.run(spark, first, false)).isEqualTo(manifest);

        spark.sql("INSERT INTO lake.shop.tickets VALUES ('Nobody answers the telephone', 'a')");
        assertThatThrownBy(() -> AugmentJob.run(spark, first, false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("holds a run of other settings or input")
                .hasMessageContaining("corpus.train: there lake.shop.tickets");
        AugmentSettings second = settings("lake.shop.tickets", "two", "output.table = lake.shop.grown");
        assertThatThrownBy(() -> AugmentJob.run(spark, second, false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("output.table = lake.shop.grown: there is a table of that name");
        assertThat(AugmentJob.run(spark, second, true).rows()).containsEntry("documents", 4L);
        assertThat(spark.table("lake.shop.grown").where("augmentation is null").count())
                .isEqualTo(4);
    }

    @Test
    void aTableThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> AugmentJob.run(spark, settings("lake.shop.nothing", "one", ""), false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("corpus.train: can't read the table lake.shop.nothing");
    }
}
