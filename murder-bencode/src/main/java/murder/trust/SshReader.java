package murder.trust;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads values in the form of SSH (RFC 4251, section 5). No value is longer than the remaining
 * bytes.
 */
final class SshReader {
    private final ByteBuffer in;

    SshReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    byte[] bytes(int length) throws KeyFormatException {
        if (length < 0 || length > in.remaining()) {
            throw new KeyFormatException("it ends too early");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    int number() throws KeyFormatException {
        try {
            return in.getInt();
        } catch (BufferUnderflowException e) {
            throw new KeyFormatException("it ends too early", e);
        }
    }

    byte[] string() throws KeyFormatException {
        return bytes(number());
    }

    /** A name, in which every byte is a character. */
    String text() throws KeyFormatException {
        return new String(string(), StandardCharsets.ISO_8859_1);
    }

    /** A positive number, or zero. */
    BigInteger mpint() throws KeyFormatException {
        byte[] bytes = string();
        BigInteger number = bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
        if (number.signum() < 0) {
            throw new KeyFormatException("it has a negative number");
        }
        return number;
    }

    /** @throws KeyFormatException if something follows */
    void finish() throws KeyFormatException {
        if (in.hasRemaining()) {
            throw new KeyFormatException("it has " + in.remaining() + " bytes too many");
        }
    }
}
