// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import dev.graft.checkpoint.Safetensors;
import dev.graft.model.Adaptation;
import dev.graft.model.EncoderDecoder;
import dev.graft.model.EncoderDecoders;
import dev.graft.model.IntegerMaps;
import dev.graft.model.Modules;
import dev.graft.nn.engine.Threads;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** CPU seconds of greedy and beam 4 on one thread, beside what src/test/python/translator_benchmark.py prints of the same folder. */
final class SearchBenchmark {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SearchBenchmark() {}

    /**
     * @param args the folder that the script wrote, and source tokens of a batch, one or several
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        JsonNode config = JSON.readTree(folder.resolve("config.json").toFile());
        JsonNode rows = JSON.readTree(folder.resolve("rows.json").toFile());
        Threads.one();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Adaptation adaptation = Boolean.getBoolean("graft.int8") ? new IntegerMaps(manager) : Adaptation.NONE;
            Modules modules =
                    new Modules(Safetensors.read(folder.resolve("model.safetensors")), "random", manager, adaptation);
            EncoderDecoder model = EncoderDecoders.build(config, "config.json", modules);
            BitSet ends = new BitSet();
            ends.set(config.get("eos_token_id").asInt());
            TargetDecoder decoder = new TargetDecoder(
                    model, config.get("decoder_start_token_id").asInt(), ends, manager);
            for (int i = 1; i < args.length; i++) {
                int budget = Integer.parseInt(args[i]);
                for (Search search : List.of(Pick.LIKELIEST, new Beams(4, 1, 0, 1, Beams.Stop.FULL, 1))) {
                    measure(decoder, search, rows, config, budget);
                }
            }
        }
    }

    private static void measure(TargetDecoder decoder, Search search, JsonNode rows, JsonNode config, int budget) {
        List<Request> requests = new ArrayList<>();
        long tokens = 0;
        for (JsonNode row : rows) {
            requests.add(request(decoder, search, row, config));
            tokens += row.get("length").asInt();
        }
        Generator generator = new Generator(decoder, budget);
        generator.answer(requests.subList(0, 8));
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        generator.answer(requests);
        double seconds = (system.getProcessCpuTime() - before) / 1e9;
        System.out.printf(
                "graft, beams %d, budget %d: %.1f CPU s, %.0f target tokens/s, load %.1f%n",
                search.rows(), budget, seconds, tokens / seconds, system.getSystemLoadAverage());
    }

    private static Request request(TargetDecoder decoder, Search search, JsonNode row, JsonNode config) {
        JsonNode source = row.get("source");
        int[] ids = IntStream.range(0, source.size())
                .map(i -> source.get(i).asInt())
                .toArray();
        BitSet all = new BitSet();
        all.set(0, decoder.targets());
        BitSet never = new BitSet();
        never.set(config.get("pad_token_id").asInt());
        int length = row.get("length").asInt();
        int end = config.get("eos_token_id").asInt();
        Limits limits = new Limits(length - 1, length, 0, never, OptionalInt.empty(), OptionalInt.of(end));
        return new Request(ids, all, limits, search);
    }
}
