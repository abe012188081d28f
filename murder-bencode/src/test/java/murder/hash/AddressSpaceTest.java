package murder.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressSpaceTest {
    @TempDir
    Path dir;

    @Test
    void findsLimitAndUse() {
        assertThat(AddressSpace.limit(List.of("Limit                     Soft Limit           Hard Limit           Units     ",
            "Max address space         1024000000           unlimited            bytes     "))).isEqualTo(1_024_000_000);
        assertThat(AddressSpace.limit(List.of("Max address space         unlimited            unlimited            bytes     ")))
            .isEqualTo(Long.MAX_VALUE);
        assertThat(AddressSpace.limit(List.of())).isEqualTo(Long.MAX_VALUE);
        assertThat(AddressSpace.usedBytes(List.of("VmPeak:\t    9 kB", "VmSize:\t    8 kB"))).isEqualTo(8192);
        assertThat(AddressSpace.usedBytes(List.of())).isZero();
    }

    @Test
    void readsWhenAddressSpaceIsLimited() throws Exception {
        assumeThat(Files.exists(Path.of("/proc/self/limits"))).isTrue();
        byte[] bytes = new byte[3 << 20];
        Path file = Files.write(dir.resolve("file"), bytes);
        String hash = HexFormat.of().formatHex(Sha1.newDigest().digest(bytes));
        assertThat(hashInJvm("unlimited", file)).isEqualTo(hash + " mapped");
        assertThat(hashInJvm("640000", file)).isEqualTo(hash + " read");
    }

    private static String hashInJvm(String limitKilobytes, Path file) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "ulimit -v " + limitKilobytes + " && exec \"$0\" \"$@\"",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx32m", "-Xss512k", "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=16m", "-XX:CompressedClassSpaceSize=16m", "-cp",
            System.getProperty("java.class.path"), AddressSpaceTest.class.getName(), file.toString());
        // Otherwise malloc reserves 64 MiB for each of the JVM's threads.
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Hashes a file and says how. */
    public static void main(String[] arguments) throws IOException {
        FileMapper mapper = new FileMapper();
        MessageDigest sha1 = Sha1.newDigest();
        try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.READ);
             FileHasher hasher = new FileHasher(mapper)) {
            hasher.update(sha1, channel, 0, channel.size());
            hasher.release();
            try (Mapping mapping = mapper.map(channel, 0, 1)) {
                System.out.println(HexFormat.of().formatHex(sha1.digest()) + (mapping == null ? " read" : " mapped"));
            }
        }
    }
}
