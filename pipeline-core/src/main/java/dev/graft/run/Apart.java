// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import dev.graft.corpus.InputException;
import dev.graft.storage.Storage;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.regex.PatternSyntaxException;

/** A run must not read what it writes. */
public final class Apart {
    private Apart() {}

    /**
     * @param key of the configuration that names the input
     * @param input a file, a folder or a pattern
     * @param inputs where the input lies
     * @throws InputException if the input lies in the run's directory or the directory in the input
     */
    public static void require(RunDirectory run, String key, String input, Storage inputs) throws IOException {
        String out = run.storage().absolute(run.root());
        boolean meet = matches(inputs.absolute(input), out);
        for (Storage.Entry each : inputs.glob(input)) {
            String read = inputs.absolute(each.path());
            meet |= read.equals(out) || isIn(read, out) || each.isFolder() && isIn(out, read);
        }
        if (meet) {
            throw new InputException("out = " + run.root() + " and " + key + " = " + input
                    + " lie one in the other, so that the run would read its own results; allowed are places apart");
        }
    }

    private static boolean isIn(String path, String folder) {
        return path.startsWith(folder.endsWith("/") ? folder : folder + "/");
    }

    /** Whether a pattern takes in the directory, or a folder above it, even if it is not there yet. */
    private static boolean matches(String pattern, String out) {
        if (!pattern.matches("(?s).*[*?\\[{].*")) {
            return false;
        }
        try {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + Path.of(pattern));
            for (Path each = Path.of(out); each != null; each = each.getParent()) {
                if (matcher.matches(each)) {
                    return true;
                }
            }
            return false;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }
}
