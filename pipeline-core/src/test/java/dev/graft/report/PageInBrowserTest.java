// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page's script makes of the data; skipped where there is no Chromium. */
class PageInBrowserTest {
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome");

    @TempDir
    Path directory;

    @Test
    void theWholePageIsDrawn() throws Exception {
        String page = drawn(Reports.full());

        assertThat(page)
                .contains("No clear difference in accuracy on test")
                .contains("asked for", "7,680", "−1,118", "6,103")
                .contains(
                        "id=\"operators\"",
                        "id=\"diversity-table\"",
                        "id=\"results\"",
                        "id=\"differences\"",
                        "id=\"confusion-matrix\"",
                        "<canvas")
                .contains("<del>charged</del><ins>bill</ins>")
                .contains("originals, to compare with")
                .containsPattern("copies by intensity: 0.0 to 0.1: \\d+; 0.1 to 0.2: \\d+");
        assertThat(page.split("<article ", -1)).hasSize(1 + Survey.SAMPLES);
    }

    @Test
    void textsAreNeverMarkup() throws Exception {
        String page = drawn(Reports.full());

        assertThat(page)
                .contains("<title>demo · Graft report</title>")
                .contains("&lt;img src=x onerror=alert(1)&gt;", "&lt;u&gt;new&lt;/u&gt;", "&lt;b&gt;תווית&lt;/b&gt;")
                .doesNotContain("<img", "<u>", "<b>ת");
    }

    @Test
    void whatWasNotRunIsLeftOut() throws Exception {
        assertThat(drawn(Reports.augmentOnly()))
                .contains("id=\"waterfall\"", "id=\"diversity\"", "id=\"samples\"")
                .doesNotContain("id=\"arms\"", "id=\"losses\"", "id=\"classes\"", "id=\"confusion\"");
        assertThat(drawn(Reports.empty()))
                .contains("Nothing has been augmented or trained yet.")
                .doesNotContain("<section");
    }

    /** The document after its script has run, without the data and the script. */
    private String drawn(Report report) throws IOException, InterruptedException {
        Path file = directory.resolve("report.html");
        Path dom = directory.resolve("dom.html");
        report.write(Reports.place(file));
        Process browser = new ProcessBuilder(
                        browser(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + directory.resolve("profile"),
                        "--virtual-time-budget=2000",
                        "--dump-dom",
                        file.toUri().toString())
                .redirectOutput(dom.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!browser.waitFor(60, TimeUnit.SECONDS)) {
            browser.destroyForcibly();
            abort("the browser did not end within 60 s");
        }
        return Files.readString(dom, StandardCharsets.UTF_8).replaceAll("(?s)<script.*?</script>", "");
    }

    private static String browser() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> BROWSERS.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseGet(() -> abort("none of " + BROWSERS + " is on the PATH"));
    }
}
