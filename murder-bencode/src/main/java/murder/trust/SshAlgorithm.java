package murder.trust;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import murder.hash.Sha256;

/**
 * Checks signatures of one kind of key (RFC 4253, 5656, 8332, 8709, and PROTOCOL.u2f of OpenSSH).
 * Immutable.
 */
abstract class SshAlgorithm {
    /** Reads the rest of a key. @throws GeneralSecurityException if the numbers make no key */
    static SshAlgorithm read(String type, SshReader in) throws GeneralSecurityException, KeyFormatException {
        SshAlgorithm algorithm = switch (type) {
            case "ssh-ed25519" -> new Ed25519(type, in);
            case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521" -> new Ecdsa(type, type.substring(11), in);
            case "ssh-rsa" -> new Rsa(in);
            case "sk-ssh-ed25519@openssh.com" -> new Token(type, new Ed25519(type, in), in);
            case "sk-ecdsa-sha2-nistp256@openssh.com" -> new Token(type, new Ecdsa(type, "nistp256", in), in);
            default -> throw new KeyFormatException("keys of type '" + type + "' are not supported");
        };
        in.finish();
        return algorithm;
    }

    /** Loads the JDK's elliptic curves, which takes a new JVM longer than one signature. */
    static void preload() {
        try {
            KeyFactory.getInstance("Ed25519");
        } catch (NoSuchAlgorithmException e) {
            // A run-time image without the module jdk.crypto.ec. Reading a key reports it.
            return;
        }
    }

    /**
     * Checks a signature.
     *
     * @param name of the algorithm, as the signature says
     * @param in at what follows the name, read to its end
     */
    abstract boolean verify(String name, byte[] message, SshReader in) throws GeneralSecurityException, KeyFormatException;

    static void require(String name, String expected) throws KeyFormatException {
        if (!name.equals(expected)) {
            throw new KeyFormatException("a key of type " + expected + " makes no signatures of type '" + name + "'");
        }
    }

    /** RFC 8032. */
    private static final class Ed25519 extends SshAlgorithm {
        /** The bytes before the 32 bytes of a key in X.509 (RFC 8410). */
        private static final byte[] X509_HEAD = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
        private static final int KEY_LENGTH = 32;

        private final String type;
        private final PublicKey key;

        Ed25519(String type, SshReader in) throws GeneralSecurityException, KeyFormatException {
            this.type = type;
            byte[] point = in.string();
            if (point.length != KEY_LENGTH) {
                throw new InvalidKeyException("it has " + point.length + " bytes instead of " + KEY_LENGTH);
            }
            byte[] encoded = Arrays.copyOf(X509_HEAD, X509_HEAD.length + KEY_LENGTH);
            System.arraycopy(point, 0, encoded, X509_HEAD.length, KEY_LENGTH);
            key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        }

        @Override
        boolean verify(String name, byte[] message, SshReader in) throws GeneralSecurityException, KeyFormatException {
            require(name, type);
            byte[] bytes = in.string();
            in.finish();
            return check(message, bytes);
        }

        private boolean check(byte[] message, byte[] bytes) throws GeneralSecurityException {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(bytes);
        }
    }

    private static final class Ecdsa extends SshAlgorithm {
        private static final int UNCOMPRESSED = 4;

        private final String type;
        private final ECParameterSpec curve;
        private final PublicKey key;
        private final String hash;

        Ecdsa(String type, String curveName, SshReader in) throws GeneralSecurityException, KeyFormatException {
            this.type = type;
            require(in.text(), curveName);
            int bits = Integer.parseInt(curveName.substring("nistp".length()));
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp" + bits + "r1"));
            curve = parameters.getParameterSpec(ECParameterSpec.class);
            hash = bits == 256 ? "SHA256" : bits == 384 ? "SHA384" : "SHA512";
            key = KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point(in.string(), (bits + 7) / 8), curve));
        }

        private ECPoint point(byte[] bytes, int length) throws InvalidKeyException {
            if (bytes.length != 1 + 2 * length || bytes[0] != UNCOMPRESSED) {
                throw new InvalidKeyException("its point is not an uncompressed one of " + length + " bytes");
            }
            BigInteger x = new BigInteger(1, bytes, 1, length);
            BigInteger y = new BigInteger(1, bytes, 1 + length, length);
            BigInteger p = ((ECFieldFp) curve.getCurve().getField()).getP();
            BigInteger right = x.pow(2).add(curve.getCurve().getA()).multiply(x).add(curve.getCurve().getB());
            if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || y.pow(2).subtract(right).mod(p).signum() != 0) {
                throw new InvalidKeyException("its point is not on the curve");
            }
            return new ECPoint(x, y);
        }

        @Override
        boolean verify(String name, byte[] message, SshReader in) throws GeneralSecurityException, KeyFormatException {
            require(name, type);
            SshReader numbers = new SshReader(in.string());
            in.finish();
            return check(message, numbers);
        }

        boolean check(byte[] message, SshReader numbers) throws GeneralSecurityException, KeyFormatException {
            BigInteger r = numbers.mpint();
            BigInteger s = numbers.mpint();
            numbers.finish();
            // Java 15 to 17.0.2 accepts zeros as a signature of any message (CVE-2022-21449).
            if (r.signum() == 0 || s.signum() == 0 || r.compareTo(curve.getOrder()) >= 0 || s.compareTo(curve.getOrder()) >= 0) {
                return false;
            }
            int length = (curve.getOrder().bitLength() + 7) / 8;
            byte[] both = new byte[2 * length];
            copy(r, both, length);
            copy(s, both, 2 * length);
            Signature signature = Signature.getInstance(hash + "withECDSAinP1363Format");
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(both);
        }

        private static void copy(BigInteger number, byte[] to, int end) {
            byte[] bytes = number.toByteArray();
            int from = bytes[0] == 0 ? 1 : 0;
            System.arraycopy(bytes, from, to, end - bytes.length + from, bytes.length - from);
        }
    }

    private static final class Rsa extends SshAlgorithm {
        private static final int MIN_BITS = 2048;
        private static final int MAX_BITS = 16384;

        private final int bytes;
        private final PublicKey key;

        Rsa(SshReader in) throws GeneralSecurityException, KeyFormatException {
            BigInteger exponent = in.mpint();
            BigInteger modulus = in.mpint();
            if (modulus.bitLength() < MIN_BITS || modulus.bitLength() > MAX_BITS) {
                throw new InvalidKeyException("it has " + modulus.bitLength() + " bits, not " + MIN_BITS + " to " + MAX_BITS);
            }
            bytes = (modulus.bitLength() + 7) / 8;
            key = KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
        }

        @Override
        boolean verify(String name, byte[] message, SshReader in) throws GeneralSecurityException, KeyFormatException {
            String algorithm = switch (name) {
                case "rsa-sha2-256" -> "SHA256withRSA";
                case "rsa-sha2-512" -> "SHA512withRSA";
                default -> throw new KeyFormatException("RSA signatures have SHA-2 (rsa-sha2-256, rsa-sha2-512), not '" + name + "'");
            };
            byte[] number = in.string();
            in.finish();
            if (number.length > bytes) {
                return false;
            }
            // Some programs omit leading zeros (RFC 8332, section 3).
            byte[] padded = new byte[bytes];
            System.arraycopy(number, 0, padded, bytes - number.length, number.length);
            Signature signature = Signature.getInstance(algorithm);
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(padded);
        }
    }

    /**
     * The key in a FIDO token, which signs a hash of the application's name, its flags, a counter
     * and a hash of the message.
     */
    private static final class Token extends SshAlgorithm {
        private static final int USER_PRESENT = 1;

        private final String type;
        private final SshAlgorithm inner;
        private final byte[] application;

        Token(String type, SshAlgorithm inner, SshReader in) throws KeyFormatException {
            this.type = type;
            this.inner = inner;
            this.application = in.text().getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        boolean verify(String name, byte[] message, SshReader in) throws GeneralSecurityException, KeyFormatException {
            require(name, type);
            byte[] bytes = in.string();
            byte[] flags = in.bytes(1);
            int counter = in.number();
            in.finish();
            if ((flags[0] & USER_PRESENT) == 0) {
                return false;
            }
            byte[] signed = new SshWriter().bytes(Sha256.newDigest().digest(application)).bytes(flags).number(counter)
                .bytes(Sha256.newDigest().digest(message)).toBytes();
            return inner instanceof Ed25519 ed25519 ? ed25519.check(signed, bytes) : ((Ecdsa) inner).check(signed, new SshReader(bytes));
        }
    }
}
