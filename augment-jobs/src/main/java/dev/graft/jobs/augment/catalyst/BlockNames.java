// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Names of operators, filters and reasons: few, and each met in every other copy. In a block they stand once, at its end. */
public final class BlockNames {
    private final List<UTF8String> names = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    /** What the ids of an operator's copies end with, by the number of its name and that of the copy. */
    private final List<List<byte[]>> ends = new ArrayList<>();

    public static BlockNames read(Input in) {
        BlockNames names = new BlockNames();
        for (int left = in.readInt(true); left > 0; left--) {
            names.number(new String(in.readBytes(in.readInt(true)), StandardCharsets.UTF_8));
        }
        return names;
    }

    public void write(Output out) {
        out.writeInt(names.size(), true);
        for (UTF8String name : names) {
            out.writeInt(name.numBytes(), true);
            out.writeBytes(name.getBytes());
        }
    }

    /** From 0. */
    public int number(String name) {
        Integer number = numbers.get(name);
        if (number == null) {
            number = names.size();
            numbers.put(name, number);
            names.add(UTF8String.fromString(name));
            ends.add(new ArrayList<>());
        }
        return number;
    }

    public UTF8String name(int number) {
        return names.get(number);
    }

    /** As {@link Candidate#id}. */
    public UTF8String id(UTF8String document, int operator, int copy) {
        List<byte[]> known = ends.get(operator);
        while (known.size() <= copy) {
            known.add(("#" + names.get(operator) + "-" + known.size()).getBytes(StandardCharsets.UTF_8));
        }
        byte[] end = known.get(copy);
        int length = document.numBytes();
        byte[] id = new byte[length + end.length];
        document.writeToMemory(id, Platform.BYTE_ARRAY_OFFSET);
        System.arraycopy(end, 0, id, length, end.length);
        return UTF8String.fromBytes(id);
    }
}
