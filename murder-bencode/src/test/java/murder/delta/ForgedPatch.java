package murder.delta;

import java.io.ByteArrayOutputStream;
import java.util.zip.Deflater;

/** Patches that only an attacker makes. */
final class ForgedPatch {
    private ForgedPatch() {}

    /**
     * One section between the right beginning and the right end.
     *
     * @param length that the section claims
     * @param parts numbers of insertions, copies and positions, then literals
     */
    static byte[] of(Manifest base, byte[] target, long length, byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(PatchFormat.MAGIC);
        out.writeBytes(base.sha256());
        part(out, target);
        Varints.write(out, length);
        for (byte[] part : parts) {
            part(out, part);
        }
        Varints.write(out, 0);
        return out.toByteArray();
    }

    private static void part(ByteArrayOutputStream out, byte[] bytes) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        deflater.finish();
        byte[] packed = new byte[bytes.length + 100];
        int length = deflater.deflate(packed);
        deflater.end();
        Varints.write(out, bytes.length);
        Varints.write(out, length);
        out.write(packed, 0, length);
    }

    static byte[] numbers(long... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (long value : values) {
            Varints.write(out, value);
        }
        return out.toByteArray();
    }
}
