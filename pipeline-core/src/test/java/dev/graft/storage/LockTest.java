// SPDX-License-Identifier: Apache-2.0
package dev.graft.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockTest {
    private static final Clock CLOCK = Clock.systemUTC();

    private final Storage storage = new LocalStorage();

    @TempDir
    Path folder;

    @Test
    void oneHasItUntilItIsClosed() throws Exception {
        String file = folder.resolve("_lock").toString();
        try (Lock lock = Lock.take(storage, file, CLOCK)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> Lock.take(storage, file, CLOCK))
                    .isInstanceOf(Lock.HeldException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid() + " on ");
        }
        assertThat(folder).isEmptyDirectory();
        Lock.take(storage, file, CLOCK).close();
    }

    @Test
    void theLockOfAProcessThatIsGoneIsTakenOverAtOnce() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        long started = process.info().startInstant().orElseThrow().toEpochMilli();
        String host = InetAddress.getLocalHost().getHostName();
        Path file = folder.resolve("_lock");
        String content = host + " " + process.pid() + " " + started + " token\n";
        Files.writeString(file, content);
        assertThatThrownBy(() -> Lock.take(storage, file.toString(), CLOCK))
                .isInstanceOf(Lock.HeldException.class)
                .hasMessageContaining("process " + process.pid() + " on " + host);
        process.destroyForcibly().waitFor();
        Lock.take(storage, file.toString(), CLOCK).close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aProcessThatWasGivenTheNumberAnewDoesNotHaveIt() throws Exception {
        Path file = folder.resolve("_lock");
        Files.writeString(
                file,
                InetAddress.getLocalHost().getHostName() + " "
                        + ProcessHandle.current().pid() + " 12345 token\n");
        Lock.take(storage, file.toString(), CLOCK).close();
    }

    @Test
    void theLockOfAnotherMachineEndsTenMinutesAfterItsLastSign() throws Exception {
        Path file = folder.resolve("_lock");
        for (String content : new String[] {"elsewhere 1 2 token\n", "", "damaged"}) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> Lock.take(storage, file.toString(), CLOCK)).isInstanceOf(Lock.HeldException.class);
            Clock later = Clock.offset(CLOCK, Duration.ofMinutes(11));
            Lock.take(storage, file.toString(), later).close();
            assertThat(folder).isEmptyDirectory();
        }
    }
}
