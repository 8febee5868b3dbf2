// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.storage.LocalStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A repository of a hub at a revision, of which the files of one model or adapter are taken.
 *
 * @param owner a user or an organisation
 * @param revision a branch, a tag or a commit
 */
public record HubRepository(String owner, String name, String revision) {
    private static final Pattern ID = Pattern.compile(
            "([A-Za-z0-9][A-Za-z0-9._-]*)/([A-Za-z0-9][A-Za-z0-9._-]*)(?:@([A-Za-z0-9][A-Za-z0-9._/-]*))?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Set<String> ALWAYS = Set.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "vocab.txt",
            "merges.txt",
            "source.spm",
            "target.spm",
            "tokenizer.model",
            "sentencepiece.bpe.model",
            "spiece.model",
            "chat_template.jinja",
            "adapter_config.json",
            "adapter_model.safetensors",
            "LICENSE",
            "LICENSE.txt",
            "NOTICE");
    private static final List<Pattern> WEIGHTS = List.of(
            Pattern.compile("model(-\\d+-of-\\d+)?\\.safetensors(\\.index\\.json)?"),
            Pattern.compile("pytorch_model(-\\d+-of-\\d+)?\\.bin(\\.index\\.json)?"));
    private static final String GGUF = ".gguf";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What a revision is.
     *
     * @param commit that it stands for
     */
    private record Listing(String commit, String licence, List<HubFile> files) {}

    /** A repository by {@code OWNER/NAME} or {@code OWNER/NAME@REVISION}; empty where it is no such name. */
    public static Optional<HubRepository> of(String id) {
        Matcher found = ID.matcher(id);
        if (!found.matches() || id.contains("..")) {
            return Optional.empty();
        }
        return Optional.of(
                new HubRepository(found.group(1), found.group(2), found.group(3) == null ? "main" : found.group(3)));
    }

    /** As {@link #of} takes it. */
    @Override
    public String toString() {
        return owner + "/" + name + (revision.equals("main") ? "" : "@" + revision);
    }

    /** Its folder in a cache, if it was pulled. */
    public Optional<Path> in(Path cache) {
        try {
            Path reference = reference(cache);
            if (!Files.isRegularFile(reference)) {
                return Optional.empty();
            }
            Path folder = home(cache).resolve(Files.readString(reference).strip());
            return Files.isDirectory(folder) ? Optional.of(folder) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("can't read below " + cache + ": " + e, e);
        }
    }

    private Path home(Path cache) {
        return cache.resolve("hub").resolve(owner + "--" + name);
    }

    private Path reference(Path cache) {
        return home(cache).resolve("refs").resolve(URLEncoder.encode(revision, StandardCharsets.UTF_8));
    }

    /**
     * Brings what is missing. The folder appears as a whole, when each file has the size and the hash that the hub lists; what a
     * cut off pull has brought is not asked for again; of several processes one pulls.
     *
     * @param file the one of several GGUF files that is wanted
     * @return the folder
     * @throws HubException if it can't be had
     */
    public Path pull(Hub hub, Path cache, Optional<String> file, Hub.Progress progress) {
        Listing listing = listing(hub);
        List<HubFile> wanted = wanted(listing, file);
        Path folder = home(cache)
                .resolve(listing.commit + file.map(each -> "-" + each).orElse(""));
        return CacheLock.held(cache, () -> {
            if (!wanted.stream().allMatch(each -> each.is(folder.resolve(each.name())))) {
                bring(hub, listing, wanted, folder, progress);
            }
            new LocalStorage()
                    .write(reference(cache).toString(), (folder.getFileName() + "\n").getBytes(StandardCharsets.UTF_8));
            return folder;
        });
    }

    private void bring(Hub hub, Listing listing, List<HubFile> wanted, Path folder, Hub.Progress progress)
            throws IOException {
        Path draft = folder.resolveSibling("." + folder.getFileName());
        Files.createDirectories(draft);
        inherit(draft, wanted);
        List<HubFile> missing = new ArrayList<>();
        for (HubFile each : wanted) {
            if (each.is(folder.resolve(each.name())) && !Files.exists(draft.resolve(each.name()))) {
                Files.copy(folder.resolve(each.name()), draft.resolve(each.name()));
            } else if (!each.is(draft.resolve(each.name()))) {
                missing.add(each);
            }
        }
        long bytes = missing.stream().mapToLong(HubFile::bytes).sum();
        long free = Files.getFileStore(draft).getUsableSpace();
        if (bytes > free) {
            throw new HubException(
                    this + " takes " + bytes + " bytes more, and " + draft.getParent() + " has room for " + free);
        }
        for (HubFile each : missing) {
            Path part = draft.resolve(each.name() + ".part");
            hub.fetch(
                    hub.at("/" + owner + "/" + name + "/resolve/" + listing.commit + "/" + each.name()),
                    each,
                    part,
                    draft.resolve(each.name()),
                    progress);
        }
        Files.writeString(
                draft.resolve("ORIGIN"),
                owner + "/" + name + " at " + listing.commit + " of " + hub + "; " + listing.licence + "\n");
        new LocalStorage().replace(draft.toString(), folder.toString());
    }

    /** What pulls of other commits have left that were cut off: what is wanted is taken, the rest goes. */
    private static void inherit(Path draft, List<HubFile> wanted) throws IOException {
        List<Path> others;
        try (Stream<Path> beside = Files.list(draft.resolveSibling(""))) {
            others = beside.filter(each -> each.getFileName().toString().startsWith(".") && !each.equals(draft))
                    .toList();
        }
        for (Path other : others) {
            for (HubFile each : wanted) {
                if (!Files.exists(draft.resolve(each.name())) && each.is(other.resolve(each.name()))) {
                    Files.move(other.resolve(each.name()), draft.resolve(each.name()));
                }
            }
            new LocalStorage().delete(other.toString());
        }
    }

    private Listing listing(Hub hub) {
        String path = "/api/models/" + owner + "/" + name + "/revision/"
                + URLEncoder.encode(revision, StandardCharsets.UTF_8) + "?blobs=true";
        JsonNode json;
        try {
            json = JSON.readTree(hub.text(hub.at(path)));
        } catch (JsonProcessingException e) {
            throw new HubException(hub + " answers no JSON where " + this + " is asked for", e);
        }
        String commit = json.path("sha").asText();
        if (!COMMIT.matcher(commit).matches()) {
            throw new HubException(hub + " says that " + this + " is the commit \"" + commit + "\"");
        }
        List<HubFile> files = new ArrayList<>();
        for (JsonNode each : json.path("siblings")) {
            String sha256 = each.path("lfs")
                    .path("sha256")
                    .asText(each.path("lfs").path("oid").asText());
            String title = each.path("rfilename").asText();
            if (isPlain(title) && isOfAModel(title)) {
                files.add(new HubFile(
                        title,
                        each.path("size").asLong(-1),
                        sha256.isEmpty() ? HubFile.Hash.GIT : HubFile.Hash.SHA256,
                        sha256.isEmpty() ? each.path("blobId").asText() : sha256));
            }
        }
        return new Listing(commit, json.path("cardData").path("license").asText("licence unknown"), files);
    }

    /** A file beside config.json: no folder, and nothing that leads out of one. */
    private static boolean isPlain(String name) {
        return name.matches("[A-Za-z0-9][A-Za-z0-9._+-]*");
    }

    private static boolean isOfAModel(String name) {
        return ALWAYS.contains(name)
                || name.endsWith(GGUF)
                || WEIGHTS.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }

    /** The files of one model: weights in one form alone. */
    private List<HubFile> wanted(Listing listing, Optional<String> file) {
        if (file.isPresent()) {
            return List.of(one(listing, each -> each.name().equals(file.get()), file.get()));
        }
        for (Pattern weights : WEIGHTS) {
            if (listing.files.stream()
                    .anyMatch(each -> weights.matcher(each.name()).matches())) {
                return listing.files.stream()
                        .filter(each -> ALWAYS.contains(each.name())
                                || weights.matcher(each.name()).matches())
                        .toList();
            }
        }
        if (listing.files.stream().anyMatch(each -> each.name().equals("adapter_model.safetensors"))) {
            return listing.files.stream()
                    .filter(each -> ALWAYS.contains(each.name()))
                    .toList();
        }
        return List.of(one(listing, each -> each.name().endsWith(GGUF), "--file"));
    }

    private HubFile one(Listing listing, Predicate<HubFile> which, String asked) {
        List<HubFile> found = listing.files.stream().filter(which).toList();
        if (found.size() != 1) {
            throw new HubException(this + " has " + found.size() + " files for " + asked
                    + "; allowed are safetensors, pytorch_model.bin, or one of "
                    + listing.files.stream()
                            .map(HubFile::name)
                            .filter(each -> each.endsWith(GGUF))
                            .toList());
        }
        return found.get(0);
    }
}
