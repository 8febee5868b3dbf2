// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.corpus.InputException;
import dev.graft.jobs.augment.setup.AugmentSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class FilterJobTest extends OnSpark {
    @Test
    void otherThresholdsGiveWhatTheyWouldHaveGivenAtOnce() throws IOException {
        Path corpus = runs.corpus("a.jsonl", Runs.tickets());
        runs.run(corpus, "loose", "augment.filters { similarity { min = 0.2 }, length-ratio { min = 0.1 } }");
        runs.run(corpus, "filtered", "augment.filters { similarity { min = 0.9 }, length-ratio { min = 0.97 } }");
        List<Row> strict = runs.idsAndTexts("filtered");
        assertThatThrownBy(() -> runs.run(corpus, "filtered", "augment.filters { similarity { min = 0.2 } }"))
                .hasMessageContaining("Only the filters differ");
        AugmentSettings loose = runs.settings(
                corpus, "filtered", "augment.filters { similarity { min = 0.2 }, length-ratio { min = 0.1 } }");
        FilterJob.run(spark, loose);
        // A score that is computed later has other neighbours in its batch, and may differ in the last digit.
        assertThat(runs.idsAndTexts("filtered"))
                .isEqualTo(runs.idsAndTexts("loose"))
                .isNotEqualTo(strict);
        FilterJob.run(
                spark,
                runs.settings(
                        corpus,
                        "filtered",
                        "augment.filters { similarity { min = 0.9 }, length-ratio { min = 0.97 } }"));
        assertThat(runs.idsAndTexts("filtered")).isEqualTo(strict);
        assertThatThrownBy(() -> FilterJob.run(spark, runs.settings(corpus, "filtered", "seed = 5")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("Only augment.filters may differ");
        assertThatThrownBy(() -> FilterJob.run(spark, runs.settings(corpus, "nowhere", "")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("holds no finished augmentation");
    }
}
