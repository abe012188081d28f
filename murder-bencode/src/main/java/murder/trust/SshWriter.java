package murder.trust;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes values as SSH does (RFC 4251, section 5). */
final class SshWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    SshWriter bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    SshWriter number(int number) {
        return bytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    SshWriter string(byte[] bytes) {
        return number(bytes.length).bytes(bytes);
    }

    /** A name, in which every character is a byte. */
    SshWriter text(String text) {
        return string(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
