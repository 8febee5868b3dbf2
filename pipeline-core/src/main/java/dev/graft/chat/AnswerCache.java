// SPDX-License-Identifier: Apache-2.0
package dev.graft.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.chat.Chat.Answer.Said;
import dev.graft.storage.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Answers on disk, a file each, so that a run that was cut off or is repeated asks nothing twice and gives the same rows. A file
 * is written whole or not at all; one that can't be read counts as none.
 *
 * @param folder may be shared by processes
 */
record AnswerCache(Path folder) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param asked everything that the answer depends on */
    Optional<Said> read(String asked) {
        try {
            JsonNode said = JSON.readTree(file(asked).toFile());
            return said.path("text").isTextual() && said.path("whole").isBoolean()
                    ? Optional.of(new Said(
                            said.get("text").asText(), said.get("whole").asBoolean()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void write(String asked, Said answer) {
        Path file = file(asked);
        try {
            Path parent =
                    Files.createDirectories(folder.resolve(Sha256.of(asked).substring(0, 2)));
            // A draft of one's own: two tasks may have the same question answered at a time.
            Path draft = Files.createTempFile(parent, "answer", ".draft");
            try {
                JSON.writeValue(
                        draft.toFile(),
                        JSON.createObjectNode().put("text", answer.text()).put("whole", answer.whole()));
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't keep an answer in " + folder + ": " + e, e);
        }
    }

    private Path file(String asked) {
        String hash = Sha256.of(asked);
        return folder.resolve(hash.substring(0, 2)).resolve(hash + ".json");
    }
}
