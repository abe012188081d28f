package murder.fuzz;

import java.util.Random;

/** Changes a valid input in one to three places, so that nearly all of it stays valid. */
public final class SmallChanges {
    private SmallChanges() {
    }

    /** Replaces, removes or inserts printable characters. */
    public static String ofText(String valid, Random random) {
        StringBuilder text = new StringBuilder(valid);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
                case 1 -> text.deleteCharAt(at);
                default -> text.insert(at, (char) (32 + random.nextInt(95)));
            }
        }
        return text.toString();
    }

    /** Flips bits. */
    public static byte[] ofBits(byte[] valid, Random random) {
        byte[] other = valid.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return other;
    }
}
