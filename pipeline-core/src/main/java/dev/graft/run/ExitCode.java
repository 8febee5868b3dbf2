// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import dev.graft.checkpoint.CheckpointException;
import dev.graft.config.ConfigException;
import dev.graft.config.Secrets;
import dev.graft.corpus.InputException;
import dev.graft.hub.HubException;
import dev.graft.translate.TranslationException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** How a command ends: 0 done, 2 the configuration or the input is wrong, 1 anything else. */
public final class ExitCode {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int WRONG_INPUT = 2;
    /** As a shell tells of a process that SIGTERM ended. */
    public static final int STOPPED = 143;

    private static final Pattern TOLD =
            Pattern.compile("dev\\.graft\\.[a-z.]+\\.(?:Config|Input|Checkpoint|Translation)Exception: (.+)");

    private ExitCode() {}

    /** Says what went wrong, once, in the words of its cause and without a stack trace; answers the code. */
    public static int report(Throwable failure, PrintWriter err) {
        List<Throwable> chain = new ArrayList<>();
        for (@Nullable Throwable each = failure; each != null && !chain.contains(each); each = each.getCause()) {
            chain.add(each);
        }
        for (Throwable each : chain) {
            if (isTheUsers(each)) {
                err.println("graft: " + Secrets.redacted(String.valueOf(each.getMessage())));
                return WRONG_INPUT;
            }
        }
        for (Throwable each : chain) {
            // What a task throws may come back as text alone.
            Matcher told = TOLD.matcher(String.valueOf(each.getMessage()));
            if (told.find()) {
                err.println("graft: " + Secrets.redacted(told.group(1)));
                return WRONG_INPUT;
            }
        }
        for (Throwable each : chain) {
            if (each instanceof HubException) {
                err.println("graft: " + Secrets.redacted(String.valueOf(each.getMessage())));
                return FAILED;
            }
        }
        LoggerFactory.getLogger(ExitCode.class).error("failed", failure);
        Throwable cause = chain.get(chain.size() - 1);
        err.println("graft: " + Secrets.redacted(words(cause)));
        if (cause != failure && failure.getMessage() != null && !words(failure).contains(words(cause))) {
            err.println("  in: " + Secrets.redacted(firstLine(failure.getMessage())));
        }
        return FAILED;
    }

    private static String words(Throwable cause) {
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : ": " + firstLine(message));
    }

    private static boolean isTheUsers(Throwable failure) {
        return failure instanceof ConfigException
                || failure instanceof InputException
                || failure instanceof CheckpointException
                || failure instanceof TranslationException;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }
}
