// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A machine for pickles of tensors (Python's pickletools, protocols 2 to 4). A pickle is a program; this one knows dictionaries,
 * lists, tuples, numbers, texts and how torch puts a tensor together, and refuses all else by its name.
 */
final class TensorPickle {
    private static final String REBUILD = "torch._utils _rebuild_tensor_v2";
    private static final String PARAMETER = "torch._utils _rebuild_parameter";
    private static final String ORDERED = "collections OrderedDict";
    private static final Object MARK = new Object();
    private static final Object NONE = new Object() {
        @Override
        public String toString() {
            return "None";
        }
    };

    private final ByteBuffer program;
    private final String place;
    private final Deque<Object> stack = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    /** The types of torch's storages, and what a value takes. */
    private enum Type {
        FLOAT(4),
        HALF(2),
        BFLOAT16(2),
        DOUBLE(8),
        LONG(8),
        INT(4),
        SHORT(2),
        CHAR(1),
        BYTE(1),
        BOOL(1);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /** Values in the zip. */
    record Storage(Type type, String key) {
        int bytes() {
            return type.bytes;
        }

        void requireFloats(String what) {
            if (type.ordinal() > Type.BFLOAT16.ordinal()) {
                throw new CheckpointException(what + " is of the type "
                        + type.name().toLowerCase(Locale.ROOT) + "; allowed are float, half and bfloat16");
            }
        }

        float value(ByteBuffer values, int index) {
            return switch (type) {
                case HALF -> Safetensors.halfToFloat(values.getShort(2 * index));
                case BFLOAT16 -> Float.intBitsToFloat(values.getShort(2 * index) << 16);
                default -> values.getFloat(4 * index);
            };
        }
    }

    /** A tensor as a view of a storage; offset and strides count values. */
    record Stored(Storage storage, long offset, long[] shape, long[] strides) {
        /** The first value of the storage behind the tensor's. */
        long end() {
            long last = offset;
            for (int i = 0; i < shape.length; i++) {
                last += (shape[i] - 1) * strides[i];
            }
            return Arrays.stream(shape).anyMatch(size -> size == 0) ? offset : last + 1;
        }
    }

    private record Global(String name) {}

    /**
     * @param place the file, for errors
     */
    TensorPickle(byte[] program, String place) {
        this.program = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        this.place = place;
    }

    /** Runs the program to its end. */
    Object read() {
        try {
            while (true) {
                int code = program.get() & 0xff;
                if (code == '.') {
                    return stack.pop();
                }
                step(code);
            }
        } catch (BufferUnderflowException e) {
            throw new CheckpointException(place + ": the pickle is cut off", e);
        } catch (ClassCastException | IndexOutOfBoundsException | java.util.NoSuchElementException e) {
            throw new CheckpointException(place + ": the pickle makes no sense: " + e.getMessage(), e);
        }
    }

    private void step(int code) {
        switch (code) {
            case 0x80 -> program.get(); // protocol
            case 0x95 -> program.getLong(); // frame
            case '(' -> stack.push(MARK);
            case '}' -> stack.push(new LinkedHashMap<>());
            case ']' -> stack.push(new ArrayList<>());
            case ')' -> stack.push(List.of());
            case 'N' -> stack.push(NONE);
            case 0x88 -> stack.push(true);
            case 0x89 -> stack.push(false);
            case 'K' -> stack.push((long) (program.get() & 0xff));
            case 'M' -> stack.push((long) (program.getShort() & 0xffff));
            case 'J' -> stack.push((long) program.getInt());
            case 0x8a -> stack.push(longer());
            case 'G' ->
                stack.push(program.duplicate().order(ByteOrder.BIG_ENDIAN).getDouble(skipped(8)));
            case 'X' -> stack.push(text(program.getInt()));
            case 0x8c -> stack.push(text(program.get() & 0xff));
            case 'q' -> memo.put(program.get() & 0xff, stack.getFirst());
            case 'r' -> memo.put(program.getInt(), stack.getFirst());
            case 0x94 -> memo.put(memo.size(), stack.getFirst());
            case 'h' -> stack.push(remembered(program.get() & 0xff));
            case 'j' -> stack.push(remembered(program.getInt()));
            case 't' -> stack.push(List.copyOf(sinceMark()));
            case 0x85 -> stack.push(tuple(1));
            case 0x86 -> stack.push(tuple(2));
            case 0x87 -> stack.push(tuple(3));
            case 'a' -> append(List.of(stack.pop()));
            case 'e' -> append(sinceMark());
            case 's' -> put(tuple(2));
            case 'u' -> put(sinceMark());
            case 'c' -> stack.push(global(line() + " " + line()));
            case 0x93 -> {
                List<Object> name = tuple(2);
                stack.push(global(name.get(0) + " " + name.get(1)));
            }
            case 'Q' -> stack.push(storage((List<?>) stack.pop()));
            case 'R' -> {
                List<?> arguments = (List<?>) stack.pop();
                stack.push(called((Global) stack.pop(), arguments));
            }
            case 'b' -> stack.pop(); // the state of an OrderedDict: its _metadata
            default ->
                throw new CheckpointException(place + ": the pickle has the operation "
                        + (code > 32 && code < 127 ? "'" + (char) code + "'" : "0x" + Integer.toHexString(code))
                        + ", which no file of tensors needs");
        }
    }

    private int skipped(int bytes) {
        int at = program.position();
        program.position(at + Math.min(bytes, program.remaining()));
        return at;
    }

    private long longer() {
        int count = program.get() & 0xff;
        long value = 0;
        for (int i = 0; i < count; i++) {
            long next = i == count - 1 ? program.get() : program.get() & 0xff;
            value |= next << 8 * Math.min(i, 7);
        }
        return value;
    }

    private String text(int count) {
        if (count < 0 || count > program.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] utf8 = new byte[count];
        program.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (byte next = program.get(); next != '\n'; next = program.get()) {
            line.append((char) (next & 0xff));
        }
        return line.toString();
    }

    private Object remembered(int key) {
        return Optional.ofNullable(memo.get(key))
                .orElseThrow(() -> new CheckpointException(place + ": the pickle remembers nothing as " + key));
    }

    private List<Object> sinceMark() {
        List<Object> values = new ArrayList<>();
        for (Object value = stack.pop(); value != MARK; value = stack.pop()) {
            values.add(0, value);
        }
        return values;
    }

    private List<Object> tuple(int count) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(0, stack.pop());
        }
        return values;
    }

    @SuppressWarnings("unchecked") // made here, of anything
    private void append(List<Object> values) {
        ((List<Object>) stack.getFirst()).addAll(values);
    }

    @SuppressWarnings("unchecked") // made here, of anything
    private void put(List<Object> keysAndValues) {
        Map<Object, Object> map = (Map<Object, Object>) stack.getFirst();
        for (int i = 0; i + 1 < keysAndValues.size(); i += 2) {
            map.put(keysAndValues.get(i), keysAndValues.get(i + 1));
        }
    }

    private Global global(String name) {
        boolean known = List.of(REBUILD, PARAMETER, ORDERED).contains(name)
                || storageType(name).isPresent();
        if (!known) {
            throw new CheckpointException(place + ": the pickle asks for " + name.replace(' ', '.')
                    + "; only tensors are read, and nothing else is run");
        }
        return new Global(name);
    }

    private static Optional<Type> storageType(String name) {
        return Arrays.stream(Type.values())
                .filter(type -> name.toLowerCase(Locale.ROOT)
                        .equals("torch " + type.name().toLowerCase(Locale.ROOT) + "storage"))
                .findFirst();
    }

    /** ('storage', type, key, device, count). */
    private Storage storage(List<?> id) {
        Type type = storageType(((Global) id.get(1)).name)
                .orElseThrow(() -> new CheckpointException(place + ": the pickle has a storage of " + id.get(1)));
        return new Storage(type, (String) id.get(2));
    }

    private Object called(Global global, List<?> arguments) {
        return switch (global.name) {
            case ORDERED -> new LinkedHashMap<>();
            case PARAMETER -> arguments.get(0);
            case REBUILD -> {
                long offset = (Long) arguments.get(1);
                long[] shape = longs((List<?>) arguments.get(2));
                long[] strides = longs((List<?>) arguments.get(3));
                if (!sound(offset, shape, strides)) {
                    throw new CheckpointException(place + ": the pickle has a tensor of " + arguments
                            + "; allowed are sizes and strides from 0, and up to 2^31 - 1 values");
                }
                yield new Stored((Storage) arguments.get(0), offset, shape, strides);
            }
            default -> throw new CheckpointException(place + ": the pickle calls " + global.name.replace(' ', '.'));
        };
    }

    private static boolean sound(long offset, long[] shape, long[] strides) {
        boolean fits = offset >= 0 && shape.length == strides.length;
        long values = 1;
        long last = offset;
        for (int i = 0; fits && i < shape.length; i++) {
            fits = shape[i] >= 0
                    && shape[i] <= Integer.MAX_VALUE
                    && strides[i] >= 0
                    && strides[i] <= Integer.MAX_VALUE
                    && values * Math.max(1, shape[i]) <= Integer.MAX_VALUE
                    && last <= Long.MAX_VALUE / 2;
            values *= Math.max(1, shape[i]);
            last += shape[i] * strides[i];
        }
        return fits;
    }

    private static long[] longs(List<?> values) {
        return values.stream().mapToLong(value -> (Long) value).toArray();
    }
}
